package io.zanzara.protocol;

import io.zanzara.access.Limits;
import io.zanzara.codec.Packet;
import io.zanzara.event.BrokerEvent;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.message.Will;
import io.zanzara.session.ClientLink;
import io.zanzara.session.ConnectRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a CONNECT asks for and what it gets, before authentication: the rules that differ between the versions are here.
 *
 * @param client as sent or as assigned
 * @param assigned whether the broker chose the client identifier
 * @param expirySeconds how long the session will outlive the connection
 * @param keepAliveSeconds what holds for this connection, 0 for none
 * @param will with its message, or null
 */
record Handshake(
        Packet.Connect connect,
        ClientId client,
        boolean assigned,
        long expirySeconds,
        int keepAliveSeconds,
        @Nullable Will will) {

    static final int MQTT_3_1 = 3;
    static final int MQTT_3_1_1 = 4;
    static final int MQTT_5 = 5;

    /** Returns why the CONNECT is refused, or null if nothing speaks against it so far. */
    static @Nullable Violation defectOf(Packet.Connect connect, ProtocolContext context) {
        int level = connect.protocolLevel();
        if (level < MQTT_3_1 || level > MQTT_5) {
            // [MQTT-3.1.2-2]
            return Violation.of(
                    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "protocol level " + level + " is not one of 3, 4 and 5");
        }
        // [MQTT-7.0.0-2 of 3.1.1]
        String clientId = connect.clientId();
        boolean mayBeEmpty = level == MQTT_5 || (level == MQTT_3_1_1 && connect.cleanStart());
        if (clientId.isEmpty() && !mayBeEmpty) {
            // [MQTT-3.1.3-7 of 3.1.1] [MQTT-3.1.3-8 of 3.1.1]
            return Violation.of(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "an empty client identifier needs a clean session");
        }
        // [MQTT-3.1.3-8] [MQTT-3.1.3-9 of 3.1.1]
        if (clientId.startsWith(TopicFilter.SHARE_PREFIX)) {
            return Violation.of(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "client identifiers must not begin with $share/");
        }
        String method = connect.authenticationMethod();
        if (method != null && context.enhancedAuthenticator(method) == null) {
            // [MQTT-4.12.0-1]
            return Violation.of(ReasonCode.BAD_AUTHENTICATION_METHOD, "the authentication method is not known here");
        }
        return connect.will() == null ? null : defectOf(connect.will(), context.limits());
    }

    private static @Nullable Violation defectOf(Packet.WillFields will, Limits limits) {
        if (Topic.defectOf(will.topic()) != null) {
            return Violation.of(ReasonCode.TOPIC_NAME_INVALID, "the will's topic is not valid");
        }
        if (new Topic(will.topic()).isSystem()) {
            // [MQTT-3.1.4-2]
            return Violation.of(ReasonCode.NOT_AUTHORIZED, "the will's topic is one of the broker's own");
        }
        if (limits.validatePayloadFormat() && Inbound.belies(will.payloadFormat(), will.payload())) {
            return Violation.of(ReasonCode.PAYLOAD_FORMAT_INVALID, "the will's payload is not UTF-8");
        }
        if (will.qos().compareTo(limits.maximumQos()) > 0) {
            // [MQTT-3.2.2-12]
            return Violation.of(
                    ReasonCode.QOS_NOT_SUPPORTED,
                    "the will has a QoS above " + limits.maximumQos().value());
        }
        if (will.retain() && !limits.retainAvailable()) {
            // [MQTT-3.2.2-13]
            return Violation.of(ReasonCode.RETAIN_NOT_SUPPORTED, "the will must not be retained here");
        }
        return null;
    }

    static Handshake of(Packet.Connect connect, ProtocolContext context) {
        Limits limits = context.limits();
        boolean assigned = connect.clientId().isEmpty();
        // [MQTT-3.1.3-5] [MQTT-3.1.3-6] [MQTT-3.1.3-5 of 3.1.1] [MQTT-3.1.3-6 of 3.1.1]
        ClientId client = assigned ? unused(context) : new ClientId(connect.clientId());
        boolean five = connect.protocolLevel() == MQTT_5;
        long asked =
                five ? connect.sessionExpiry() : connect.cleanStart() ? 0 : Limits.DEFAULTS.maxSessionExpirySeconds();
        // [MQTT-3.2.2-22]
        int keepAlive = connect.keepAliveSeconds();
        int most = limits.maxKeepAliveSeconds();
        if (five && most > 0 && (keepAlive == 0 || keepAlive > most)) {
            keepAlive = most; // [MQTT-3.2.2-21]
        }
        return new Handshake(
                connect,
                client,
                assigned,
                Math.min(asked, limits.maxSessionExpirySeconds()),
                keepAlive,
                will(connect.will(), client, context));
    }

    /** Returns a name that no session has, not even one whose client chose a name like ours [MQTT-3.2.2-16] [MQTT-3.1.3-6 of 3.1.1]. */
    private static ClientId unused(ProtocolContext context) {
        ClientId client;
        do {
            client = new ClientId(
                    "zanzara-" + Long.toHexString(context.clientIds().getAsLong()));
        } while (context.registry().get(client) != null);
        return client;
    }

    private static @Nullable Will will(Packet.@Nullable WillFields fields, ClientId client, ProtocolContext context) {
        if (fields == null) {
            return null;
        }
        Publication publication = new Publication(
                context.messageIds().next(),
                client,
                new Topic(fields.topic()),
                fields.qos(),
                fields.retain(),
                fields.payload(),
                Publication.NEVER,
                new PublicationProperties(
                        fields.payloadFormat(),
                        fields.contentType(),
                        fields.responseTopic(),
                        fields.correlationData(),
                        fields.userProperties()));
        return new Will(publication, fields.delaySeconds(), fields.messageExpiry());
    }

    boolean isMqtt5() {
        return connect.protocolLevel() == MQTT_5;
    }

    /** Returns what the session is asked for. */
    ConnectRequest request(ClientLink link, @Nullable String userName, ConnectRequest.Accepted accepted) {
        return new ConnectRequest(
                client,
                link,
                connect.protocolLevel(),
                connect.cleanStart(),
                expirySeconds,
                connect.receiveMaximum(),
                will,
                userName,
                new BrokerEvent.Asked(connect.cleanStart(), connect.keepAliveSeconds(), will, connect.password()),
                accepted);
    }

    /**
     * Returns CONNACK with success; what equals the standard's default stays out.
     *
     * @param authenticationData the last of the authentication, or null
     */
    Packet.Connack connack(boolean sessionPresent, ProtocolContext context, byte @Nullable [] authenticationData) {
        Limits limits = context.limits();
        return new Packet.Connack(
                sessionPresent,
                ReasonCode.SUCCESS,
                expirySeconds == connect.sessionExpiry() ? -1 : expirySeconds,
                limits.receiveMaximum(),
                limits.maximumQos().value(), // [MQTT-3.2.2-9]
                limits.retainAvailable(),
                limits.maxPacketBytes(),
                // [MQTT-3.1.3-7] [MQTT-3.2.2-16]
                assigned ? client.value() : null,
                limits.topicAliasMaximum(),
                null,
                limits.wildcardSubscriptionAvailable(),
                limits.subscriptionIdentifiersAvailable(),
                limits.sharedSubscriptionAvailable(),
                keepAliveSeconds == connect.keepAliveSeconds() ? -1 : keepAliveSeconds,
                responseInformation(context.responseInformationPrefix()),
                null,
                connect.authenticationMethod(), // [MQTT-4.12.0-5] [MQTT-4.12.0-6]
                authenticationData);
    }

    private @Nullable String responseInformation(String prefix) {
        if (!connect.requestResponseInformation() || prefix.isEmpty()) {
            return null; // [MQTT-3.1.2-28]
        }
        String beginning = prefix + client.value();
        // a client identifier may hold what a topic may not
        return Topic.defectOf(beginning) == null ? beginning : null;
    }
}
