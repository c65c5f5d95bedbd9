@NullMarked
package io.zanzara.benchmarks.comparison;

import org.jspecify.annotations.NullMarked;
