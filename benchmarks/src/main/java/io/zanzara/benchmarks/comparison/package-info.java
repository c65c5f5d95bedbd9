/** Runs the load against several brokers side by side, and writes down what came of it. */
@NullMarked
package io.zanzara.benchmarks.comparison;

import org.jspecify.annotations.NullMarked;
