package io.zanzara.endtoend;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What tests do with an MQTT client for Java that others wrote. Everything it receives is kept, in order. */
interface JavaClient extends AutoCloseable {

    Duration PATIENCE = Duration.ofSeconds(60);

    /** How long a persistent session is kept, in seconds, where the version lets a client say it. */
    long KEPT = 600;

    /** The clients tried, with the version of MQTT that each speaks. */
    enum Kind {
        PAHO_3_1_1(false, Paho3Client::new),
        PAHO_5(true, Paho5Client::new),
        HIVEMQ_3_1_1(false, Hive3Client::new),
        HIVEMQ_5(true, Hive5Client::new);

        final boolean five;
        private final Maker maker;

        Kind(boolean five, Maker maker) {
            this.five = five;
            this.maker = maker;
        }

        JavaClient at(int port, String clientId) throws Exception {
            return at(Entrance.plain(port), clientId);
        }

        JavaClient at(Entrance entrance, String clientId) throws Exception {
            return maker.make(entrance, clientId);
        }
    }

    /** Makes a client that is not connected yet. */
    interface Maker {
        JavaClient make(Entrance entrance, String clientId) throws Exception;
    }

    /**
     * How to connect.
     *
     * @param keptFor seconds for which the session is kept; 0 for a clean one
     * @param keepAlive seconds
     * @param willTopic where "gone" is to be published, at QoS 1, when the connection is lost; null for no will
     */
    record Connecting(long keptFor, int keepAlive, @Nullable String willTopic) {
        static final Connecting CLEAN = new Connecting(0, 60, null);
        static final Connecting PERSISTENT = new Connecting(KEPT, 60, null);
    }

    /**
     * A subscription; before 5.0 the client is told of filter and QoS only.
     *
     * @param retainHandling 0, 1 or 2, as on the wire
     */
    record Subscribing(String filter, int qos, boolean noLocal, boolean retainAsPublished, int retainHandling) {
        Subscribing(String filter, int qos) {
            this(filter, qos, false, false, 0);
        }
    }

    /**
     * The properties of a message in 5.0.
     *
     * @param userProperties each as name=value
     * @param expiry seconds; 0 for none
     */
    record Extras(
            List<String> userProperties, String contentType, String responseTopic, String correlation, long expiry) {
        static final Extras NONE = new Extras(List.of(), "", "", "", 0);
    }

    record Message(String topic, String text, int qos, boolean retained, Extras extras) {
        Message(String topic, String text, int qos) {
            this(topic, text, qos, false, Extras.NONE);
        }
    }

    /** Connects, with a clean start if the session is not to be kept; returns whether the broker had a session. */
    boolean connect(Connecting how) throws Exception;

    /** Returns the reason code of SUBACK, also where the client shows it as a failure. */
    int subscribe(Subscribing what) throws Exception;

    void unsubscribe(String filter) throws Exception;

    /** Completes with the reason code of the acknowledgement (0 at QoS 0 and before 5.0). */
    CompletableFuture<Integer> publish(Message message) throws Exception;

    List<Message> received();

    boolean isConnected();

    void disconnect() throws Exception;

    @Override
    void close();
}
