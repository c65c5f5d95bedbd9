package io.zanzara.service.engine;

import io.zanzara.access.Limits.QueuePolicy;
import io.zanzara.access.Redirect;
import io.zanzara.message.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The broker's own settings. A setting that is not known here stops the start.
 *
 * @param mqtt where clients connect, if there are no listeners
 * @param listeners Where clients connect, instead of at zanzara.mqtt.host and zanzara.mqtt.port: name, host, port, transport and so on of each.
 * @param store where state is kept
 * @param limits bounds on what comes from outside
 * @param authentication who may connect
 * @param authorization who may do what
 * @param redirect where clients are sent instead of being served here
 * @param responseInformationPrefix Topic prefix that an MQTT 5.0 client that asks for response information is told, with its client identifier behind; empty for none.
 * @param events what is told about what happens
 */
@ConfigurationProperties(prefix = "zanzara", ignoreUnknownFields = false)
public record BrokerProperties(
        @DefaultValue Mqtt mqtt,
        @DefaultValue List<ListenerSettings> listeners,
        @DefaultValue StoreSettings store,
        @DefaultValue LimitSettings limits,
        @DefaultValue @NestedConfigurationProperty AuthenticationSettings authentication,
        @DefaultValue @NestedConfigurationProperty AuthorizationSettings authorization,
        @DefaultValue RedirectSettings redirect,
        @DefaultValue("") String responseInformationPrefix,
        @DefaultValue Events events) {

    public BrokerProperties {
        listeners = List.copyOf(listeners);
        ListenerSettings.check(listeners);
        boolean isTopic = responseInformationPrefix.isEmpty() || Topic.defectOf(responseInformationPrefix) == null;
        if (!isTopic) {
            throw new InvalidSettingException(
                    "zanzara.response-information-prefix",
                    responseInformationPrefix,
                    "the beginning of a topic, without + and #, such as responses/");
        }
    }

    /**
     * Where clients connect.
     *
     * @param port Port for MQTT over TCP; 0 for any that is free.
     * @param host Address to listen on; 0.0.0.0 for all, once clients have to log in.
     * @param eventLoops Threads that serve connections; 0 for one per processor.
     */
    public record Mqtt(
            @DefaultValue("5112") int port,
            @DefaultValue("localhost") String host,
            @DefaultValue("0") int eventLoops) {

        public Mqtt {
            Bounds.check("zanzara.mqtt.port", port, 0, 65_535);
            Bounds.check("zanzara.mqtt.event-loops", eventLoops, 0, 1_024);
            if (host.isBlank()) {
                throw new InvalidSettingException(
                        "zanzara.mqtt.host", host, "an address such as localhost, or 0.0.0.0 for all addresses");
            }
        }
    }

    /** Which store. */
    public enum StoreType {
        /** In files of this process; nothing to set up. */
        EMBEDDED,
        /** In MongoDB, at spring.mongodb.uri. */
        MONGODB,
        /** Nothing survives a restart. */
        MEMORY
    }

    /**
     * Where state is kept.
     *
     * @param type Where sessions and messages are kept: embedded, mongodb (at spring.mongodb.uri) or memory (nothing survives a restart).
     * @param embedded the embedded store
     */
    public record StoreSettings(
            @DefaultValue("embedded") StoreType type,
            @DefaultValue Embedded embedded) {}

    /**
     * The embedded store.
     *
     * @param path Folder of the embedded store; made if it is not there.
     * @param backupDirectory Folder in which POST /actuator/backup makes a new one for each backup; empty for no backups over HTTP.
     */
    public record Embedded(
            @DefaultValue("./data/zanzara") Path path,
            @DefaultValue("") String backupDirectory) {}

    /**
     * Bounds on what comes from outside, and how much of it is kept.
     *
     * @param maxPacketSize Largest packet accepted, 128B to 268435460B.
     * @param receiveMaximum Most QoS 1 and 2 messages of one publisher under way at once, 1 to 65535.
     * @param inflightWindow Most QoS 1 and 2 messages sent to one client and not yet acknowledged, 1 to 65535.
     * @param topicAliasMaximum Most topic aliases on one connection, in each direction, 0 to 65535; to a client no more than it asks for.
     * @param maxSessionExpiry Longest time a session is kept without a connection; 0 for no bound.
     * @param maxKeepAlive Longest keep-alive of an MQTT 5.0 client; 0 for no bound.
     * @param maximumQos Highest QoS clients may publish with, and subscriptions are granted: 0, 1 or 2.
     * @param retainAvailable Whether clients may publish retained messages.
     * @param wildcardSubscriptionAvailable Whether filters may have the wildcards + and #.
     * @param sharedSubscriptionAvailable Whether clients may subscribe to $share/group/filter.
     * @param subscriptionIdentifiersAvailable Whether MQTT 5.0 clients may give subscriptions an identifier.
     * @param connectTimeout How long a connection may take until it is accepted, and a re-authentication until it is over, 1s to 1h.
     * @param maxMessageExpiry Longest time a message is kept for a session; 0 for no bound.
     * @param maxQueueMessages Most messages waiting for one session or shared group; 0 for no bound but the disk.
     * @param maxQueueBytes Most bytes waiting for one session or shared group, a message counted as its payload and 200B; 0B for no bound.
     * @param queuePolicy What happens to a message that finds its queue full: refuse (tell the publisher), drop-oldest or drop-newest.
     * @param maxSubscriptionsPerSession Most subscriptions of one session, at least 1.
     * @param maxTopicLevels Most levels in a topic or filter, 1 to 65535.
     * @param memoryBudget Bytes of messages held in memory, in all, before publishers are slowed; at least 1MB; 0 for an eighth of the heap.
     * @param validatePayloadFormat Whether a payload that its publisher calls UTF-8 is refused if it is not.
     * @param maxConnections Most connections at once, in all; 0 for what the process may have of file descriptors.
     * @param maxConnectionsPerAddress Most of them from one address, an IPv6 address counted as its /64 network; 0 for no bound.
     * @param maxPendingConnectionsPerAddress Most connections from one address that have not been accepted yet; 0 for a quarter of all, 2000 at most.
     * @param takeOverByAnyUser Whether a client may take over a session that another user made.
     */
    public record LimitSettings(
            @DefaultValue("1MB") DataSize maxPacketSize,
            @DefaultValue("1024") int receiveMaximum,
            @DefaultValue("256") int inflightWindow,
            @DefaultValue("32") int topicAliasMaximum,
            @DefaultValue("0s") Duration maxSessionExpiry,
            @DefaultValue("0s") Duration maxKeepAlive,
            @DefaultValue("2") int maximumQos,
            @DefaultValue("true") boolean retainAvailable,
            @DefaultValue("true") boolean wildcardSubscriptionAvailable,
            @DefaultValue("true") boolean sharedSubscriptionAvailable,
            @DefaultValue("true") boolean subscriptionIdentifiersAvailable,
            @DefaultValue("10s") Duration connectTimeout,
            @DefaultValue("0s") Duration maxMessageExpiry,
            @DefaultValue("0") long maxQueueMessages,
            @DefaultValue("0B") DataSize maxQueueBytes,
            @DefaultValue("refuse") QueuePolicy queuePolicy,
            @DefaultValue("10000") int maxSubscriptionsPerSession,
            @DefaultValue("128") int maxTopicLevels,
            @DefaultValue("0B") DataSize memoryBudget,
            @DefaultValue("false") boolean validatePayloadFormat,
            @DefaultValue("0") int maxConnections,
            @DefaultValue("0") int maxConnectionsPerAddress,
            @DefaultValue("0") int maxPendingConnectionsPerAddress,
            @DefaultValue("false") boolean takeOverByAnyUser) {

        public LimitSettings {
            Bounds.check("zanzara.limits.max-packet-size", maxPacketSize, 128, 268_435_460);
            Bounds.check("zanzara.limits.receive-maximum", receiveMaximum, 1, 65_535);
            Bounds.check("zanzara.limits.inflight-window", inflightWindow, 1, 65_535);
            Bounds.check("zanzara.limits.topic-alias-maximum", topicAliasMaximum, 0, 65_535);
            Bounds.check("zanzara.limits.max-session-expiry", maxSessionExpiry, 0, 0xFFFF_FFFFL);
            Bounds.check("zanzara.limits.max-keep-alive", maxKeepAlive, 0, 65_535);
            Bounds.check("zanzara.limits.maximum-qos", maximumQos, 0, 2);
            Bounds.check("zanzara.limits.connect-timeout", connectTimeout, 1, 3_600);
            Bounds.check("zanzara.limits.max-message-expiry", maxMessageExpiry, 0, 0xFFFF_FFFFL);
            Bounds.check("zanzara.limits.max-queue-messages", maxQueueMessages, 0, Long.MAX_VALUE);
            Bounds.check("zanzara.limits.max-queue-bytes", maxQueueBytes, 0, Long.MAX_VALUE);
            Bounds.check(
                    "zanzara.limits.max-subscriptions-per-session", maxSubscriptionsPerSession, 1, Integer.MAX_VALUE);
            Bounds.check("zanzara.limits.max-topic-levels", maxTopicLevels, 1, 65_535);
            Bounds.check("zanzara.limits.max-connections", maxConnections, 0, Integer.MAX_VALUE);
            Bounds.check("zanzara.limits.max-connections-per-address", maxConnectionsPerAddress, 0, Integer.MAX_VALUE);
            Bounds.check(
                    "zanzara.limits.max-pending-connections-per-address",
                    maxPendingConnectionsPerAddress,
                    0,
                    Integer.MAX_VALUE);
            if (memoryBudget.toBytes() != 0) {
                Bounds.check("zanzara.limits.memory-budget", memoryBudget, 1 << 20, Long.MAX_VALUE);
            }
        }
    }

    /**
     * Where clients are sent instead of being served here.
     *
     * @param serverReference Where every client is sent, as host:port (several separated by spaces); empty to serve clients here.
     * @param moved Whether clients are told that this is for good (0x9D) or for now (0x9C).
     */
    public record RedirectSettings(
            @DefaultValue("") String serverReference,
            @DefaultValue("false") boolean moved) {

        public RedirectSettings {
            if (!serverReference.isEmpty()) {
                try {
                    new Redirect(serverReference, moved);
                } catch (IllegalArgumentException e) {
                    throw new InvalidSettingException(
                            "zanzara.redirect.server-reference", serverReference, "like broker.example.org:1883");
                }
            }
        }
    }

    /**
     * What is told about what happens.
     *
     * @param log Whether each thing that happens is one line in the log.
     * @param payload Whether the line of a published message shows the beginning of its payload.
     */
    public record Events(
            @DefaultValue("true") boolean log,
            @DefaultValue("false") boolean payload) {}
}
