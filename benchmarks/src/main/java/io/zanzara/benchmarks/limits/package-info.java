/** What Netty, MongoDB and RocksDB give on a machine to whoever asks no more of them than a broker must. */
@NullMarked
package io.zanzara.benchmarks.limits;

import org.jspecify.annotations.NullMarked;
