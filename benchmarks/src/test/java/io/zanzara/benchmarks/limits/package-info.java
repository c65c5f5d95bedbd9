@NullMarked
package io.zanzara.benchmarks.limits;

import org.jspecify.annotations.NullMarked;
