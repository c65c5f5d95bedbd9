package io.zanzara.endtoend;

final class EmbeddedBrokerRestartIT extends BrokerRestartContract {

    EmbeddedBrokerRestartIT() {
        super(Backend.EMBEDDED);
    }
}
