package io.zanzara.protocol;

import io.zanzara.access.Limits;
import io.zanzara.codec.Packet;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.session.SubscribeItem;
import io.zanzara.session.UnsubscribeItem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a client's packets into values that can't be invalid. Holds the connection's topic aliases. */
final class Inbound {

    private final ProtocolContext context;
    private final Limits limits;
    // [MQTT-3.3.2-7]
    private final Map<Integer, Topic> aliases = new HashMap<>();
    private @Nullable Topic lastTopic;

    Inbound(ProtocolContext context) {
        this.context = context;
        this.limits = context.limits();
    }

    /** A publication, or what is wrong with it. */
    record Publishing(
            @Nullable Publication publication, @Nullable Violation violation) {
        static Publishing wrong(ReasonCode reasonCode, String reason) {
            return new Publishing(null, Violation.of(reasonCode, reason));
        }
    }

    Publishing publish(Packet.Publish packet, Handshake handshake) {
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
            String defect = Topic.defectOf(packet.topic());
            if (defect != null) {
                // [MQTT-3.3.2-2] [MQTT-3.3.2-2 of 3.1.1]
                return Publishing.wrong(ReasonCode.TOPIC_NAME_INVALID, defect);
            }
            topic = topic(packet.topic());
            if (levels(topic.value()) > limits.maxTopicLevels()) {
                return Publishing.wrong(
                        ReasonCode.TOPIC_NAME_INVALID, "a topic has at most " + limits.maxTopicLevels() + " levels");
            }
            if (alias > 0) {
                // [MQTT-3.3.2-12]
                aliases.put(alias, topic);
            }
        }
        return new Publishing(publication(packet, topic, handshake), null);
    }

    /** Clients mostly publish to one topic again and again: its value is kept. */
    private Topic topic(String name) {
        Topic last = lastTopic;
        if (last != null && last.value().equals(name)) {
            return last;
        }
        Topic topic = new Topic(name);
        lastTopic = topic;
        return topic;
    }

    private Publication publication(Packet.Publish packet, Topic topic, Handshake handshake) {
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
                context.messageIds().getAsLong(),
                handshake.client(),
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
            TopicFilter filter = parse(entry.filter());
            if (filter == null) {
                items.add(new SubscribeItem(null, ReasonCode.TOPIC_FILTER_INVALID));
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
                items.add(new SubscribeItem(null, unavailable));
                continue;
            }
            Subscription subscription = new Subscription(
                    filter,
                    entry.qos().min(limits.maximumQos()), // [MQTT-3.2.2-10]
                    entry.noLocal(),
                    entry.retainAsPublished(),
                    entry.retainHandling(),
                    packet.subscriptionIdentifier());
            items.add(new SubscribeItem(subscription, ReasonCode.SUCCESS));
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

    List<UnsubscribeItem> unsubscribe(Packet.Unsubscribe packet) {
        List<UnsubscribeItem> items = new ArrayList<>(packet.filters().size());
        for (String text : packet.filters()) {
            items.add(new UnsubscribeItem(parse(text), ReasonCode.TOPIC_FILTER_INVALID));
        }
        return items;
    }

    private @Nullable TopicFilter parse(String text) {
        try {
            TopicFilter filter = TopicFilter.parse(text);
            return levels(filter.value()) > limits.maxTopicLevels() ? null : filter;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
