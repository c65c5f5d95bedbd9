package io.zanzara.contract;

import io.zanzara.mongod.Mongod;
import io.zanzara.store.Store;
import io.zanzara.store.mongo.MongoStore;

final class MongoStoreTest implements StoreContract {

    private final String uri = Mongod.shared().freshUri();

    @Override
    public Store newStore() {
        return MongoStore.connect(uri);
    }

    @Override
    public Store reopened(Store closed) {
        return MongoStore.connect(uri);
    }
}
