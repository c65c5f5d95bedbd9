package io.zanzara.engine;

import io.zanzara.store.Store;
import io.zanzara.store.memory.MemoryStore;

class MemoryEngineTest extends EngineContract {

    private final MemoryStore store = new MemoryStore();

    @Override
    Store newStore() {
        return store;
    }

    @Override
    Store reopened() {
        return store;
    }
}
