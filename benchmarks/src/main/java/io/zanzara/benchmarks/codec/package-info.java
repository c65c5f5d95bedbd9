/** What it costs to read and write packets. */
@NullMarked
package io.zanzara.benchmarks.codec;

import org.jspecify.annotations.NullMarked;
