package io.zanzara.engine;

import io.zanzara.store.Store;
import io.zanzara.store.rocksdb.RocksStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RocksEngineTest extends EngineContract {

    @TempDir
    private Path folder;

    @Override
    Store newStore() {
        return new RocksStore(folder);
    }

    @Override
    Store reopened() {
        return new RocksStore(folder);
    }
}
