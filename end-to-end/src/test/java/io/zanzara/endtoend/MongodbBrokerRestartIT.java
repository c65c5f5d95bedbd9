package io.zanzara.endtoend;

final class MongodbBrokerRestartIT extends BrokerRestartContract {

    MongodbBrokerRestartIT() {
        super(Backend.MONGODB);
    }
}
