package io.zanzara.store.rocksdb;

import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Sees the rows of a scan one by one. */
@FunctionalInterface
interface RowVisitor {

    /** Looks at the row under the iterator without moving it, and returns whether the next one is wanted. */
    boolean visit(RocksIterator row) throws RocksDBException;
}
