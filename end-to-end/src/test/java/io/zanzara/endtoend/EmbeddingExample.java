package io.zanzara.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.message.Qos;
import io.zanzara.store.rocksdb.RocksStore;
import java.nio.file.Path;
import java.util.List;

/** The README's example of embedding, word by word. */
final class EmbeddingExample {

    private EmbeddingExample() {}

    public static void main(String[] arguments) {
        // README begins
        BrokerConfig config = BrokerConfig.of(new RocksStore(Path.of("data")))
                .withPort(0) // any that is free; without this line, 5112
                .withEventListeners(List.of(event -> System.out.println(event)));
        try (Broker broker = Broker.start(config)) {
            System.out.println("listening on port " + broker.port());
            broker.publish("test", "Hello mqtt".getBytes(UTF_8), Qos.AT_LEAST_ONCE, false)
                    .toCompletableFuture()
                    .join();
            broker.clients().forEach(client -> System.out.println(client));
        }
        // README ends
    }
}
