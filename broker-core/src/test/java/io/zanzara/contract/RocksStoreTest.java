package io.zanzara.contract;

import io.zanzara.store.Store;
import io.zanzara.store.rocksdb.RocksStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class RocksStoreTest implements StoreContract {

    @TempDir
    Path directory;

    @Override
    public Store newStore() {
        return new RocksStore(directory.resolve("store"));
    }

    @Override
    public Store reopened(Store closed) {
        return new RocksStore(directory.resolve("store"));
    }
}
