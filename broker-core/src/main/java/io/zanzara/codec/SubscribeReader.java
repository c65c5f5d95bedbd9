package io.zanzara.codec;

import static io.zanzara.message.ReasonCode.MALFORMED_PACKET;
import static io.zanzara.message.ReasonCode.PROTOCOL_ERROR;

import io.zanzara.codec.Packet.Suback;
import io.zanzara.codec.Packet.Subscribe;
import io.zanzara.codec.Packet.SubscribeEntry;
import io.zanzara.codec.Packet.Unsuback;
import io.zanzara.codec.Packet.Unsubscribe;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.RetainHandling;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads the bodies of SUBSCRIBE and UNSUBSCRIBE and of their answers. */
final class SubscribeReader {

    private static final int NO_LOCAL = 0x04;
    private static final int RETAIN_AS_PUBLISHED = 0x08;

    private SubscribeReader() {}

    static Subscribe subscribe(Fields fields, int protocolLevel) throws Malformed {
        int packetId = fields.packetId();
        Properties properties = properties(fields, PacketType.SUBSCRIBE, protocolLevel);
        requireMore(fields, "SUBSCRIBE has no topic filter"); // [MQTT-3.8.3-2] [MQTT-3.8.3-3 of 3.1.1]
        List<SubscribeEntry> entries = new ArrayList<>();
        while (fields.remaining() > 0) {
            // [MQTT-3.8.3-1] [MQTT-3.8.3-1 of 3.1.1]
            entries.add(entry(fields.text(), fields.unsignedByte(), protocolLevel));
        }
        return new Subscribe(
                packetId,
                properties.number(Property.SUBSCRIPTION_IDENTIFIER, 0),
                List.copyOf(entries),
                properties.userProperties());
    }

    private static SubscribeEntry entry(String filter, int options, int protocolLevel) throws Malformed {
        int reserved = protocolLevel == 5 ? 0xC0 : 0xFC;
        if ((options & reserved) != 0) {
            // [MQTT-3.8.3-5]
            throw new Malformed(MALFORMED_PACKET, "reserved bits of the subscription options are set");
        }
        int qos = options & 3;
        if (qos == 3) {
            throw new Malformed(PROTOCOL_ERROR, "SUBSCRIBE asks for quality of service 3");
        }
        int retainHandling = options >> 4;
        if (retainHandling == 3) {
            throw new Malformed(PROTOCOL_ERROR, "SUBSCRIBE has retain handling 3");
        }
        return new SubscribeEntry(
                filter,
                Qos.of(qos),
                (options & NO_LOCAL) != 0,
                (options & RETAIN_AS_PUBLISHED) != 0,
                RetainHandling.of(retainHandling));
    }

    static Unsubscribe unsubscribe(Fields fields, int protocolLevel) throws Malformed {
        int packetId = fields.packetId();
        Properties properties = properties(fields, PacketType.UNSUBSCRIBE, protocolLevel);
        requireMore(fields, "UNSUBSCRIBE has no topic filter"); // [MQTT-3.10.3-2] [MQTT-3.10.3-2 of 3.1.1]
        List<String> filters = new ArrayList<>();
        while (fields.remaining() > 0) {
            // [MQTT-3.10.3-1] [MQTT-3.10.3-1 of 3.1.1]
            filters.add(fields.text());
        }
        return new Unsubscribe(packetId, List.copyOf(filters), properties.userProperties());
    }

    static Suback suback(Fields fields, int protocolLevel) throws Malformed {
        int packetId = fields.packetId();
        Properties properties = properties(fields, PacketType.SUBACK, protocolLevel);
        List<ReasonCode> reasonCodes = reasonCodes(fields, ReasonCodes.SUBACK);
        if (protocolLevel < 5) {
            int most = protocolLevel == 3 ? 2 : 0x80; // MQTT 3.1 has no failure
            for (ReasonCode reasonCode : reasonCodes) {
                if (reasonCode.code() > most) {
                    // [MQTT-3.9.3-2 of 3.1.1]
                    throw new Malformed(PROTOCOL_ERROR, "SUBACK has no return code " + reasonCode.code());
                }
            }
        }
        return new Suback(packetId, reasonCodes, properties.text(Property.REASON_STRING));
    }

    static Unsuback unsuback(Fields fields, int protocolLevel) throws Malformed {
        int packetId = fields.packetId();
        if (protocolLevel < 5) {
            fields.requireEnd();
            return new Unsuback(packetId, List.of(), null);
        }
        Properties properties = properties(fields, PacketType.UNSUBACK, protocolLevel);
        List<ReasonCode> reasonCodes = reasonCodes(fields, ReasonCodes.UNSUBACK);
        return new Unsuback(packetId, reasonCodes, properties.text(Property.REASON_STRING));
    }

    private static Properties properties(Fields fields, int owner, int protocolLevel) throws Malformed {
        return protocolLevel == 5 ? Properties.read(fields, owner) : Properties.none();
    }

    private static List<ReasonCode> reasonCodes(Fields fields, Set<ReasonCode> allowed) throws Malformed {
        requireMore(fields, "there is no reason code");
        List<ReasonCode> reasonCodes = new ArrayList<>(fields.remaining());
        while (fields.remaining() > 0) {
            reasonCodes.add(ReasonCodes.read(fields, allowed));
        }
        return List.copyOf(reasonCodes);
    }

    private static void requireMore(Fields fields, String defect) throws Malformed {
        if (fields.remaining() == 0) {
            throw new Malformed(PROTOCOL_ERROR, defect);
        }
    }
}
