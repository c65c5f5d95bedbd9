package io.zanzara.engine;

import io.zanzara.store.Store;
import io.zanzara.store.mongo.MongoStore;
import io.zanzara.store.mongo.TestMongo;

class MongoEngineTest extends EngineContract {

    private final String uri = TestMongo.freshUri();

    @Override
    Store newStore() {
        return MongoStore.connect(uri);
    }

    @Override
    Store reopened() {
        return MongoStore.connect(uri);
    }
}
