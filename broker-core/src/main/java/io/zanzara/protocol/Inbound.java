package io.zanzara.protocol;

import io.zanzara.access.Limits;
import io.zanzara.codec.Packet;
import io.zanzara.codec.Utf8;
import io.zanzara.message.ClientId;
import io.zanzara.message.MessageIds;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.session.SubscribeItem;
import io.zanzara.session.UnsubscribeItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a client's packets into values that can't be invalid. Holds the connection's topic aliases. */
final class Inbound {

    private static final int UTF_8 = 1;

    private final ProtocolContext context;
    private final Limits limits;
    private final MessageIds.Block ids;
    // [MQTT-3.3.2-7]
    private Map<Integer, Topic> aliases = Collections.emptyMap(); // until there is one
    private @Nullable Topic lastTopic; // clients mostly publish to one again and again: its value is kept

    Inbound(ProtocolContext context) {
        this.context = context;
        this.limits = context.limits();
        this.ids = context.messageIds().newBlock();
    }

    /**
     * A publication, or what is wrong with it.
     *
     * @param refusal what its acknowledgement is to say, if it is not accepted
     */
    record Publishing(
            @Nullable Publication publication,
            @Nullable ReasonCode refusal,
            @Nullable Violation violation) {
        static Publishing wrong(ReasonCode reasonCode, String reason) {
            return new Publishing(null, null, Violation.of(reasonCode, reason));
        }
    }

    Publishing publish(Packet.Publish packet, ClientId client) {
        if (packet.qos().compareTo(limits.maximumQos()) > 0) {
            // [MQTT-3.2.2-11]
            return Publishing.wrong(
                    ReasonCode.QOS_NOT_SUPPORTED,
                    "a QoS above " + limits.maximumQos().value());
        }
        if (packet.retain() && !limits.retainAvailable()) {
            // [MQTT-3.2.2-14]
            return Publishing.wrong(ReasonCode.RETAIN_NOT_SUPPORTED, "there are no retained messages here");
        }
        int alias = packet.topicAlias();
        if (alias > limits.topicAliasMaximum()) {
            // [MQTT-3.3.2-9] [MQTT-3.2.2-17] [MQTT-3.2.2-18]
            return Publishing.wrong(
                    ReasonCode.TOPIC_ALIAS_INVALID, "topic alias " + alias + " is above " + limits.topicAliasMaximum());
        }
        Topic topic;
        if (packet.topic().isEmpty()) {
            topic = aliases.get(alias);
            if (topic == null) {
                return Publishing.wrong(ReasonCode.PROTOCOL_ERROR, "topic alias " + alias + " is not known");
            }
        } else {
            topic = lastTopic;
            if (topic == null || !topic.value().equals(packet.topic())) {
                String defect = Topic.defectOf(packet.topic());
                if (defect != null) {
                    // [MQTT-3.3.2-2] [MQTT-3.3.2-2 of 3.1.1]
                    return Publishing.wrong(ReasonCode.TOPIC_NAME_INVALID, defect);
                }
                topic = new Topic(packet.topic());
                if (levels(topic.value()) > limits.maxTopicLevels()) {
                    return Publishing.wrong(
                            ReasonCode.TOPIC_NAME_INVALID,
                            "a topic has at most " + limits.maxTopicLevels() + " levels");
                }
                lastTopic = topic;
            }
            if (alias > 0) {
                // [MQTT-3.3.2-12]
                if (aliases.isEmpty()) {
                    aliases = new HashMap<>();
                }
                aliases.put(alias, topic);
            }
        }
        boolean belied = limits.validatePayloadFormat() && belies(packet.payloadFormat(), packet.payload());
        if (belied && packet.qos() == Qos.AT_MOST_ONCE) {
            // there is no acknowledgement that could say so
            return Publishing.wrong(ReasonCode.PAYLOAD_FORMAT_INVALID, "the payload is not UTF-8");
        }
        ReasonCode refusal = belied ? ReasonCode.PAYLOAD_FORMAT_INVALID : null;
        return new Publishing(publication(packet, topic, client), refusal, null);
    }

    /** Whether a payload is not what its format indicator says. */
    static boolean belies(int payloadFormat, byte[] payload) {
        return payloadFormat == UTF_8 && !Utf8.isWellFormed(payload);
    }

    private Publication publication(Packet.Publish packet, Topic topic, ClientId client) {
        boolean plain = packet.payloadFormat() < 0
                && packet.contentType() == null
                && packet.responseTopic() == null
                && packet.correlationData() == null
                && packet.userProperties().isEmpty();
        PublicationProperties properties = plain
                ? PublicationProperties.NONE
                : new PublicationProperties(
                        packet.payloadFormat(),
                        packet.contentType(),
                        packet.responseTopic(),
                        packet.correlationData(),
                        packet.userProperties());
        return new Publication(
                ids.next(),
                client,
                topic,
                packet.qos(),
                packet.retain(),
                packet.payload(),
                expiresAt(packet.messageExpiry()),
                properties);
    }

    private long expiresAt(long askedSeconds) {
        long most = limits.maxMessageExpirySeconds();
        long seconds = askedSeconds < 0 ? Long.MAX_VALUE : askedSeconds;
        if (most > 0) {
            seconds = Math.min(seconds, most);
        }
        return seconds == Long.MAX_VALUE ? Publication.NEVER : context.clock().getAsLong() + seconds * 1_000;
    }

    private static int levels(String text) {
        int levels = 1;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '/') {
                levels++;
            }
        }
        return levels;
    }

    /** The lines of a SUBSCRIBE, or what is wrong with it as a whole. */
    record Subscribing(List<SubscribeItem> items, @Nullable Violation violation) {
        static Subscribing wrong(ReasonCode reasonCode, String reason) {
            return new Subscribing(List.of(), Violation.of(reasonCode, reason));
        }
    }

    /** @param isMqtt5 whether the client was told what is not available: then it breaks the protocol; else the line is refused */
    Subscribing subscribe(Packet.Subscribe packet, boolean isMqtt5) {
        if (packet.subscriptionIdentifier() > 0 && !limits.subscriptionIdentifiersAvailable()) {
            return Subscribing.wrong(
                    ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED, "there are no subscription identifiers here");
        }
        List<SubscribeItem> items = new ArrayList<>(packet.entries().size());
        for (Packet.SubscribeEntry entry : packet.entries()) {
            Asked asked = parse(entry.filter(), isMqtt5);
            if (asked.violation() != null) {
                return new Subscribing(List.of(), asked.violation());
            }
            TopicFilter filter = asked.filter();
            if (filter == null) {
                items.add(new SubscribeItem(entry.filter(), null, ReasonCode.TOPIC_FILTER_INVALID));
                continue;
            }
            if (filter.isShared() && entry.noLocal()) {
                // [MQTT-3.8.3-4]
                return Subscribing.wrong(ReasonCode.PROTOCOL_ERROR, "a shared subscription must not be no-local");
            }
            ReasonCode unavailable = unavailable(filter);
            if (unavailable != null && isMqtt5) {
                return Subscribing.wrong(unavailable, "CONNACK says that there are no such subscriptions here");
            }
            if (unavailable != null) {
                // [MQTT-3.8.3-2 of 3.1.1]
                items.add(new SubscribeItem(entry.filter(), null, unavailable));
                continue;
            }
            Subscription subscription = new Subscription(
                    filter,
                    entry.qos().min(limits.maximumQos()), // [MQTT-3.2.2-10]
                    entry.noLocal(),
                    entry.retainAsPublished(),
                    entry.retainHandling(),
                    packet.subscriptionIdentifier());
            items.add(new SubscribeItem(entry.filter(), subscription, ReasonCode.SUCCESS));
        }
        return new Subscribing(items, null);
    }

    private @Nullable ReasonCode unavailable(TopicFilter filter) {
        if (filter.isShared() && !limits.sharedSubscriptionAvailable()) {
            return ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        return filter.hasWildcard() && !limits.wildcardSubscriptionAvailable()
                ? ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED
                : null;
    }

    /** The lines of an UNSUBSCRIBE, or what is wrong with it as a whole. */
    record Unsubscribing(
            List<UnsubscribeItem> items, @Nullable Violation violation) {}

    Unsubscribing unsubscribe(Packet.Unsubscribe packet, boolean isMqtt5) {
        List<UnsubscribeItem> items = new ArrayList<>(packet.filters().size());
        for (String text : packet.filters()) {
            Asked asked = parse(text, isMqtt5);
            if (asked.violation() != null) {
                return new Unsubscribing(List.of(), asked.violation());
            }
            items.add(new UnsubscribeItem(asked.filter(), ReasonCode.TOPIC_FILTER_INVALID));
        }
        return new Unsubscribing(items, null);
    }

    /** A filter as the client wrote it: null if it is refused, or why it ends the connection. */
    private record Asked(
            @Nullable TopicFilter filter, @Nullable Violation violation) {}

    private Asked parse(String text, boolean isMqtt5) {
        try {
            TopicFilter filter = TopicFilter.parse(text);
            return new Asked(levels(filter.value()) > limits.maxTopicLevels() ? null : filter, null);
        } catch (IllegalArgumentException e) {
            // 3.1.1 knows no shared subscriptions and leaves what begins with $ to the server: refused, but no
            // violation
            if (!isMqtt5 && TopicFilter.isWellFormed(text)) {
                return new Asked(null, null);
            }
            // [MQTT-4.13.1-1] [MQTT-4.8.0-1 of 3.1.1]
            return new Asked(null, Violation.of(ReasonCode.TOPIC_FILTER_INVALID, String.valueOf(e.getMessage())));
        }
    }
}
