package io.zanzara.conformance;

import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A broker that all tests of a class share, and the clients that one test has opened. Each test uses names of its own. */
final class TestBroker implements AutoCloseable {

    private final Broker broker;
    private final List<RawClient> open = new ArrayList<>();
    private int names;

    /** Starts it with a memory store. */
    TestBroker(UnaryOperator<BrokerConfig> settings) {
        broker = Broker.start(settings.apply(BrokerConfig.of(new MemoryStore()).withPort(0)));
    }

    /** Returns a name that nothing else has. */
    String name(String prefix) {
        return prefix + ++names;
    }

    RawClient open(int level) throws IOException {
        RawClient client = RawClient.open(broker.port(), new Packets(level));
        open.add(client);
        return client;
    }

    RawClient connect(int level, Packets.Connect options) throws IOException {
        RawClient client = open(level);
        client.connect(options);
        return client;
    }

    /** Connects a client that leaves nothing behind and is subscribed at QoS 1. */
    RawClient watcher(int level, String... filters) throws IOException {
        return connect(level, Packets.Connect.clean(name("watcher"))).subscribe(1, filters);
    }

    /** Publishes as somebody else, and returns when it is acknowledged. */
    void publish(String topic, String text, int qos) throws IOException {
        try (RawClient client =
                RawClient.connect(broker.port(), Packets.MQTT_5, Packets.Connect.clean(name("publisher")))) {
            client.send(Packets.MQTT_5.publish(topic, text, qos, 1));
            if (qos == 2) {
                client.expect(Packet.PUBREC);
                client.send(Packets.MQTT_5.acknowledge(Packet.PUBREL, 1));
                client.expect(Packet.PUBCOMP);
            } else {
                client.expect(Packet.PUBACK);
            }
            client.disconnect();
        }
    }

    /** Waits until the broker knows that this client has gone. */
    void awaitGone(String clientId) {
        await().until(() ->
                broker.clients().stream().noneMatch(client -> client.clientId().equals(clientId)));
    }

    /** Closes what the test has opened. */
    void closeClients() throws IOException {
        for (RawClient client : open) {
            client.close();
        }
        open.clear();
    }

    @Override
    public void close() {
        broker.close();
    }
}
