@NullMarked
package io.zanzara.benchmarks.load;

import org.jspecify.annotations.NullMarked;
