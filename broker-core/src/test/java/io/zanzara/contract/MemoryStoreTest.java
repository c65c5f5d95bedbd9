package io.zanzara.contract;

import io.zanzara.store.Store;
import io.zanzara.store.memory.MemoryStore;

final class MemoryStoreTest implements StoreContract {

    @Override
    public Store newStore() {
        return new MemoryStore();
    }

    @Override
    public Store reopened(Store closed) {
        return closed;
    }
}
