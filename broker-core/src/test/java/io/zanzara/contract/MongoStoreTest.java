package io.zanzara.contract;

import io.zanzara.store.Store;
import io.zanzara.store.mongo.MongoStore;
import io.zanzara.store.mongo.TestMongo;

final class MongoStoreTest implements StoreContract {

    private final String uri = TestMongo.freshUri();

    @Override
    public Store newStore() {
        return MongoStore.connect(uri);
    }

    @Override
    public Store reopened(Store closed) {
        return MongoStore.connect(uri);
    }
}
