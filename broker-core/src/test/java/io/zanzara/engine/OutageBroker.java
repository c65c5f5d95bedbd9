package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.Filters;
import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Limits;
import io.zanzara.event.BrokerEvent;
import io.zanzara.store.mongo.MongoStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bson.Document;

/** A broker on a MongoDB that is about to give trouble, with small windows. */
final class OutageBroker implements AutoCloseable {

    private static final int RECEIVE_MAXIMUM = 100;
    private static final int PADDING_BYTES = 100;
    private static final String QUICK =
            "&serverSelectionTimeoutMS=1000&connectTimeoutMS=2000&socketTimeoutMS=3000" + "&heartbeatFrequencyMS=500";

    private final String uri;
    private final Queue<BrokerEvent> events = new ConcurrentLinkedQueue<>();
    private final Broker broker;

    private OutageBroker(String uri, String options) {
        this.uri = uri;
        this.broker = Broker.start(BrokerConfig.of(MongoStore.connect(uri + options))
                .withPort(0)
                .withLimits(TestLimits.of(RECEIVE_MAXIMUM, Limits.DEFAULTS.memoryBudgetBytes()))
                .withEventListeners(List.of(events::add)));
    }

    /** Notices sooner than by default that the server is away. */
    static OutageBroker impatient(String uri) {
        return new OutageBroker(uri, QUICK);
    }

    static OutageBroker patient(String uri) {
        return new OutageBroker(uri, "");
    }

    OutageTraffic traffic() throws Exception {
        return new OutageTraffic(broker, events, RECEIVE_MAXIMUM, PADDING_BYTES);
    }

    void assertNeverAway() {
        assertThat(events).noneMatch(BrokerEvent.StoreAvailability.class::isInstance);
    }

    OutageTraffic.StoredMessages stored() {
        return new OutageTraffic.StoredMessages() {
            @Override
            public List<Long> messageIds(String client) {
                try (MongoClient mongo = MongoClients.create(uri)) {
                    return mongo.getDatabase(database())
                            .getCollection("packets")
                            .find(Filters.eq("_id.client", client))
                            .map((Document packet) -> packet.getLong("messageId"))
                            .into(new ArrayList<>());
                }
            }

            @Override
            public long incoming() {
                try (MongoClient mongo = MongoClients.create(uri)) {
                    return mongo.getDatabase(database())
                            .getCollection("incoming")
                            .countDocuments();
                }
            }
        };
    }

    private String database() {
        return String.valueOf(new ConnectionString(uri).getDatabase());
    }

    @Override
    public void close() {
        broker.close();
    }
}
