package io.zanzara.engine;

import io.zanzara.mongod.Mongod;
import io.zanzara.store.Store;
import io.zanzara.store.mongo.MongoStore;

class MongoEngineTest extends EngineContract {

    private final String uri = Mongod.shared().freshUri();

    @Override
    Store newStore() {
        return MongoStore.connect(uri);
    }

    @Override
    Store reopened() {
        return MongoStore.connect(uri);
    }
}
