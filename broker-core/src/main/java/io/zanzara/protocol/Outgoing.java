package io.zanzara.protocol;

import io.zanzara.codec.Packet;
import io.zanzara.codec.Packet.AckType;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Topic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session says to its client, as packets. Holds the topic aliases of the connection that the broker gives. Every method returns false if
 * its packet is larger than the client accepts; nothing was sent then.
 */
final class Outgoing {

    private final Wire wire;
    private final ProtocolContext context;
    private final OutboundAliases aliases;
    private final boolean withReasons;

    Outgoing(Wire wire, ProtocolContext context, Handshake handshake) {
        Packet.Connect connect = handshake.connect();
        this.wire = wire;
        this.context = context;
        this.aliases = new OutboundAliases(
                Math.min(connect.topicAliasMaximum(), context.limits().topicAliasMaximum()));
        this.withReasons = handshake.isMqtt5() && connect.requestProblemInformation(); // [MQTT-3.1.2-29]
    }

    boolean publish(
            Publication publication,
            Qos qos,
            boolean dup,
            boolean retain,
            int packetIdentifier,
            int[] subscriptionIdentifiers) {
        Topic topic = publication.topic();
        int known = aliases.known(topic);
        if (known > 0) {
            return send(publication, qos, dup, retain, packetIdentifier, "", known, subscriptionIdentifiers);
        }
        int free = aliases.free(topic);
        String name = topic.value();
        if (free > 0 && send(publication, qos, dup, retain, packetIdentifier, name, free, subscriptionIdentifiers)) {
            aliases.define(topic, free);
            return true;
        }
        // the alias may be what makes it too large
        return send(publication, qos, dup, retain, packetIdentifier, name, 0, subscriptionIdentifiers);
    }

    private boolean send(
            Publication publication,
            Qos qos,
            boolean dup,
            boolean retain,
            int packetIdentifier,
            String topic,
            int alias,
            int[] subscriptionIdentifiers) {
        boolean fits = wire.sendPublish(
                publication,
                qos,
                dup,
                retain,
                packetIdentifier,
                topic,
                alias,
                secondsLeft(publication),
                subscriptionIdentifiers);
        if (fits) {
            context.counters().messagesOut[qos.value()].increment();
            context.counters().payloadBytesOut.add(publication.payload().length);
        }
        return fits;
    }

    /** A message that is sent again though its time is over is said to have a second left: it must still be taken. */
    private long secondsLeft(Publication publication) {
        if (publication.expiresAt() == Publication.NEVER) {
            return -1;
        }
        return Math.max(1, (publication.expiresAt() - context.clock().getAsLong() + 999) / 1_000); // [MQTT-3.3.2-6]
    }

    boolean acknowledge(AckType type, int packetIdentifier, ReasonCode reasonCode) {
        // the broker has no user properties of its own: [MQTT-3.4.2-3] [MQTT-3.5.2-3] [MQTT-3.6.2-3] [MQTT-3.7.2-3]
        return wire.send(new Packet.Ack(type, packetIdentifier, reasonCode, reason(reasonCode)));
    }

    boolean subAck(int packetIdentifier, List<ReasonCode> reasonCodes) {
        // nor here: [MQTT-3.9.2-2] [MQTT-3.11.2-2]
        return wire.send(new Packet.Suback(packetIdentifier, reasonCodes, reason(reasonCodes)));
    }

    boolean unsubAck(int packetIdentifier, List<ReasonCode> reasonCodes) {
        return wire.send(new Packet.Unsuback(packetIdentifier, reasonCodes, reason(reasonCodes)));
    }

    /** Returns what is wrong with the first filter that was refused, or null. */
    private @Nullable String reason(List<ReasonCode> reasonCodes) {
        for (int i = 0; i < reasonCodes.size(); i++) {
            String reason = reason(reasonCodes.get(i));
            if (reason != null) {
                return "topic filter " + (i + 1) + ": " + reason;
            }
        }
        return null;
    }

    private @Nullable String reason(ReasonCode reasonCode) {
        if (!withReasons || !reasonCode.isError()) {
            return null;
        }
        return switch (reasonCode) {
            case NOT_AUTHORIZED -> "the client has no right to this topic";
            case QUOTA_EXCEEDED -> "a limit on how much the broker keeps is reached";
            case TOPIC_FILTER_INVALID -> "not a valid topic filter, or one with too many levels";
            case PAYLOAD_FORMAT_INVALID -> "the payload is not UTF-8, though its format indicator says so";
            case PACKET_IDENTIFIER_NOT_FOUND -> "no exchange under way has this packet identifier";
            default -> null; // the code says it all
        };
    }
}
