/** What it costs to turn messages into the bytes of a store and back. */
@NullMarked
package io.zanzara.benchmarks.store;

import org.jspecify.annotations.NullMarked;
