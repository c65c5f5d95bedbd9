package io.zanzara.codec;

import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.RetainHandling;
import io.zanzara.message.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The MQTT control packets as records, one form for all versions: what a version lacks has its neutral value ({@code -1} for absent numbers,
 * null for absent texts, empty lists). None shows a payload or a password in {@code toString}.
 */
@SuppressWarnings("ArrayRecordComponent") // packets are never compared; bytes are handed over, not copied
public sealed interface Packet {

    /** The packet identifier and outcome of PUBACK, PUBREC, PUBREL or PUBCOMP. */
    enum AckType {
        PUBACK(4),
        PUBREC(5),
        PUBREL(6),
        PUBCOMP(7);

        private final int packetType;

        AckType(int packetType) {
            this.packetType = packetType;
        }

        /** Returns the control packet type, the high nibble of the first byte. */
        public int packetType() {
            return packetType;
        }
    }

    /**
     * CONNECT.
     *
     * @param protocolLevel 3, 4 or 5; another value only where the reader reports it so that CONNACK can refuse it
     * @param clientId may be empty
     * @param sessionExpiry seconds, 0 if absent
     * @param receiveMaximum 1 to 65,535; 65,535 if absent
     * @param maximumPacketSize bytes, or -1 if absent
     * @param topicAliasMaximum 0 if absent
     * @param requestResponseInformation false if absent
     * @param requestProblemInformation true if absent
     */
    record Connect(
            int protocolLevel,
            String clientId,
            boolean cleanStart,
            int keepAliveSeconds,
            @Nullable WillFields will,
            @Nullable String userName,
            byte @Nullable [] password,
            long sessionExpiry,
            int receiveMaximum,
            long maximumPacketSize,
            int topicAliasMaximum,
            boolean requestResponseInformation,
            boolean requestProblemInformation,
            @Nullable String authenticationMethod,
            byte @Nullable [] authenticationData,
            List<UserProperty> userProperties)
            implements Packet {
        @Override
        public String toString() {
            return "Connect[" + clientId + ", level " + protocolLevel + ", clean " + cleanStart + "]";
        }
    }

    /**
     * The will in a CONNECT.
     *
     * @param delaySeconds 0 if absent
     * @param payloadFormat 0, 1 or -1 if absent
     * @param messageExpiry seconds, or -1 if absent
     */
    record WillFields(
            String topic,
            byte[] payload,
            Qos qos,
            boolean retain,
            long delaySeconds,
            int payloadFormat,
            long messageExpiry,
            @Nullable String contentType,
            @Nullable String responseTopic,
            byte @Nullable [] correlationData,
            List<UserProperty> userProperties) {
        @Override
        public String toString() {
            return "Will[" + topic + ", " + qos + "]";
        }
    }

    /**
     * CONNACK. Properties that equal the standard's default are left out by the writer.
     *
     * @param sessionExpiry seconds, or -1 to leave out
     * @param receiveMaximum 65,535 to leave out
     * @param maximumQos 2 to leave out
     * @param maximumPacketSize bytes, or -1 to leave out
     * @param assignedClientId null to leave out
     * @param topicAliasMaximum 0 to leave out
     * @param serverKeepAlive seconds, or -1 to leave out
     */
    record Connack(
            boolean sessionPresent,
            ReasonCode reasonCode,
            long sessionExpiry,
            int receiveMaximum,
            int maximumQos,
            boolean retainAvailable,
            long maximumPacketSize,
            @Nullable String assignedClientId,
            int topicAliasMaximum,
            @Nullable String reasonString,
            boolean wildcardAvailable,
            boolean subscriptionIdentifiersAvailable,
            boolean sharedAvailable,
            int serverKeepAlive,
            @Nullable String responseInformation,
            @Nullable String serverReference,
            @Nullable String authenticationMethod,
            byte @Nullable [] authenticationData)
            implements Packet {

        /** A refusal: nothing but the reason. */
        public static Connack refused(ReasonCode reasonCode, @Nullable String reasonString) {
            return refused(reasonCode, reasonString, null);
        }

        /** A refusal that names the server to use instead. */
        public static Connack redirected(ReasonCode reasonCode, String serverReference) {
            return refused(reasonCode, null, serverReference);
        }

        private static Connack refused(
                ReasonCode reasonCode, @Nullable String reasonString, @Nullable String serverReference) {
            return new Connack(
                    false,
                    reasonCode,
                    -1,
                    65_535,
                    2,
                    true,
                    -1,
                    null,
                    0,
                    reasonString,
                    true,
                    true,
                    true,
                    -1,
                    null,
                    serverReference,
                    null,
                    null);
        }
    }

    /**
     * PUBLISH.
     *
     * @param packetId 0 at QoS 0
     * @param topic may be empty where there is a topic alias (5.0)
     * @param topicAlias 1 to 65,535, or 0 for none
     * @param payloadFormat 0, 1 or -1 if absent
     * @param messageExpiry seconds, or -1 if absent
     * @param subscriptionIdentifiers none in a packet from a client
     */
    record Publish(
            boolean dup,
            Qos qos,
            boolean retain,
            int packetId,
            String topic,
            byte[] payload,
            int topicAlias,
            int payloadFormat,
            long messageExpiry,
            @Nullable String contentType,
            @Nullable String responseTopic,
            byte @Nullable [] correlationData,
            int[] subscriptionIdentifiers,
            List<UserProperty> userProperties)
            implements Packet {
        @Override
        public String toString() {
            return "Publish[" + topic + ", " + qos + ", id " + packetId + ", " + payload.length + " bytes]";
        }
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP. {@code reasonString} null to leave out. */
    record Ack(
            AckType type,
            int packetId,
            ReasonCode reasonCode,
            @Nullable String reasonString) implements Packet {
        /** A plain success. */
        public static Ack of(AckType type, int packetId) {
            return new Ack(type, packetId, ReasonCode.SUCCESS, null);
        }
    }

    /** One line of a SUBSCRIBE; {@code filter} is as sent and not yet checked beyond its encoding. */
    record SubscribeEntry(
            String filter, Qos qos, boolean noLocal, boolean retainAsPublished, RetainHandling retainHandling) {}

    /** SUBSCRIBE with one or more entries; {@code subscriptionIdentifier} 0 for none. */
    record Subscribe(
            int packetId, int subscriptionIdentifier, List<SubscribeEntry> entries, List<UserProperty> userProperties)
            implements Packet {}

    /** SUBACK: one code for each entry, in order. In 3.x every error is written as 0x80. */
    record Suback(
            int packetId,
            List<ReasonCode> reasonCodes,
            @Nullable String reasonString) implements Packet {}

    /** UNSUBSCRIBE with one or more filters, as sent. */
    record Unsubscribe(int packetId, List<String> filters, List<UserProperty> userProperties) implements Packet {}

    /** UNSUBACK; the codes are not written in 3.x. */
    record Unsuback(
            int packetId,
            List<ReasonCode> reasonCodes,
            @Nullable String reasonString) implements Packet {}

    /** PINGREQ. */
    record Pingreq() implements Packet {}

    /** PINGRESP. */
    record Pingresp() implements Packet {}

    /** DISCONNECT; {@code sessionExpiry} -1 if absent. In 3.x it has no fields and only clients send it. */
    record Disconnect(
            ReasonCode reasonCode,
            long sessionExpiry,
            @Nullable String reasonString,
            @Nullable String serverReference) implements Packet {}

    /** AUTH (5.0 only). */
    record Auth(
            ReasonCode reasonCode,
            @Nullable String method,
            byte @Nullable [] data,
            @Nullable String reasonString) implements Packet {
        @Override
        public String toString() {
            return "Auth[" + reasonCode + "]";
        }
    }
}
