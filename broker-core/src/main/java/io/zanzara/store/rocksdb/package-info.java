/** The embedded store, on RocksDB: no server, one directory. */
@NullMarked
package io.zanzara.store.rocksdb;

import org.jspecify.annotations.NullMarked;
