package io.zanzara.codec;

import static io.zanzara.message.ReasonCode.MALFORMED_PACKET;
import static io.zanzara.message.ReasonCode.PROTOCOL_ERROR;
import static io.zanzara.message.ReasonCode.TOPIC_ALIAS_INVALID;
import static io.zanzara.message.ReasonCode.TOPIC_NAME_INVALID;
import static io.zanzara.message.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;

import io.zanzara.codec.Packet.Ack;
import io.zanzara.codec.Packet.AckType;
import io.zanzara.codec.Packet.Auth;
import io.zanzara.codec.Packet.Connack;
import io.zanzara.codec.Packet.Connect;
import io.zanzara.codec.Packet.Disconnect;
import io.zanzara.codec.Packet.Pingreq;
import io.zanzara.codec.Packet.Pingresp;
import io.zanzara.codec.Packet.Publish;
import io.zanzara.codec.Packet.Suback;
import io.zanzara.codec.Packet.Subscribe;
import io.zanzara.codec.Packet.SubscribeEntry;
import io.zanzara.codec.Packet.Unsuback;
import io.zanzara.codec.Packet.Unsubscribe;
import io.zanzara.codec.Packet.WillFields;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.RetainHandling;
import io.zanzara.message.UserProperty;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of packets that all tests of the wire share: bytes, and what they mean or how they break the standard. */
public final class PacketCases {

    private static final String MQTT_5 = "['MQTT'] 05 ";
    private static final int[] NO_IDENTIFIERS = {};

    private final List<PacketCase> cases = new ArrayList<>();

    private PacketCases() {}

    /**
     * One row.
     *
     * @param fromClient who sends it
     * @param protocolLevel that of the connection, 0 for the first packet of a client
     * @param packet what it means, or null
     * @param violation why it is refused, or null
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record PacketCase(
            String name,
            boolean fromClient,
            int protocolLevel,
            byte[] bytes,
            @Nullable Packet packet,
            @Nullable ReasonCode violation) {
        @Override
        public String toString() {
            return "level " + protocolLevel + (fromClient ? " client: " : " server: ") + name;
        }
    }

    public static List<PacketCase> all() {
        PacketCases table = new PacketCases();
        table.connects();
        table.malformedConnects();
        table.malformedConnectProperties();
        table.publishes();
        table.malformedPublishes();
        table.malformedTexts();
        table.acks();
        table.subscriptions();
        table.malformedSubscriptions();
        table.disconnects();
        table.auths();
        table.pings();
        table.frames();
        table.connacks();
        table.answers();
        table.directions();
        return table.cases;
    }

    /** The rows that have a meaning. */
    public static List<PacketCase> good() {
        return all().stream().filter(row -> row.packet() != null).toList();
    }

    /** The shortest CONNECT of a level. */
    public static byte[] connect(int protocolLevel) {
        return switch (protocolLevel) {
            case 3 -> Notation.bytes("10 {['MQIsdp'] 03 02 0000 ['c']}");
            case 4 -> Notation.bytes("10 {['MQTT'] 04 02 0000 ['c']}");
            default -> Notation.bytes("10 {['MQTT'] 05 02 0000 {} ['c']}");
        };
    }

    private void connects() {
        reads("3.1", 0, "10 {['MQIsdp'] 03 02 003C ['c']}", connect(3, "c", true, 60, null, null, null));
        reads("3.1.1", 0, "10 {['MQTT'] 04 00 0000 ['c']}", connect(4, "c", false, 0, null, null, null));
        reads("no client id", 0, "10 {['MQTT'] 04 02 0000 []}", connect(4, "", true, 0, null, null, null));
        reads("user", 0, "10 {['MQTT'] 04 82 0000 ['c']['u']}", connect(4, "c", true, 0, null, "u", null));
        reads(
                "user and password",
                0,
                "10 {['MQTT'] 04 C2 0000 ['c']['u'][00FF]}",
                connect(4, "c", true, 0, null, "u", bytes("00FF")));
        reads(
                "empty user and password",
                0,
                "10 {['MQTT'] 04 C2 0000 ['c'][][]}",
                connect(4, "c", true, 0, null, "", bytes("")));
        reads(
                "3.1, flags of missing user and password",
                0,
                "10 {['MQIsdp'] 03 C2 0000 ['c']}",
                connect(3, "c", true, 0, null, null, null));
        reads(
                "3.1, flag of missing password",
                0,
                "10 {['MQIsdp'] 03 C2 0000 ['c']['u']}",
                connect(3, "c", true, 0, null, "u", null));
        reads(
                "will",
                0,
                "10 {['MQTT'] 04 36 0000 ['c']['w']['x']}",
                connect(4, "c", true, 0, will("w", "x", Qos.EXACTLY_ONCE, true), null, null));
        reads(
                "will without payload",
                0,
                "10 {['MQTT'] 04 06 0000 ['c']['w'][]}",
                connect(4, "c", true, 0, will("w", "", Qos.AT_MOST_ONCE, false), null, null));
        reads("5.0", 0, "10 {" + MQTT_5 + "02 0000 {} ['c']}", connect(5, "c", true, 0, null, null, null));
        reads(
                "5.0, password without user",
                0,
                "10 {" + MQTT_5 + "42 0000 {} ['c']['p']}",
                connect(5, "c", true, 0, null, null, bytes("'p'")));
        reads(
                "5.0, all properties",
                0,
                "10 {" + MQTT_5 + "2E 0001 {11FFFFFFFF 210001 27FFFFFFFF 22FFFF 1901 1700 26['k']['v'] 26['k'][]"
                        + " 15['m'] 16[01]} ['c'] {18 00000005 0101 02 00000009 03['t'] 08['r'] 09[02] 26['a']['b']}"
                        + " ['w']['x']}",
                new Connect(
                        5,
                        "c",
                        true,
                        1,
                        new WillFields(
                                "w",
                                bytes("'x'"),
                                Qos.AT_LEAST_ONCE,
                                true,
                                5,
                                1,
                                9,
                                "t",
                                "r",
                                bytes("02"),
                                List.of(new UserProperty("a", "b"))),
                        null,
                        null,
                        4_294_967_295L,
                        1,
                        4_294_967_295L,
                        65_535,
                        true,
                        false,
                        "m",
                        bytes("01"),
                        List.of(new UserProperty("k", "v"), new UserProperty("k", ""))));
        reads("level 6", 0, "10 {['MQTT'] 06 FF}", connect(6, "", true, 0, null, null, null));
        reads("level 2", 0, "10 {['MQTT'] 02 02 0000 ['c']}", connect(2, "", true, 0, null, null, null));
        reads("old name, new level", 0, "10 {['MQIsdp'] 04 02 0000 ['c']}", connect(0, "", true, 0, null, null, null));
        reads("new name, old level", 0, "10 {['MQTT'] 03 02 0000 ['c']}", connect(0, "", true, 0, null, null, null));
        reads("level 0", 0, "10 {['MQTT'] 00}", connect(0, "", true, 0, null, null, null));
        reads("level of a bridge", 0, "10 {['MQTT'] 84 02 0000 ['c']}", connect(0x84, "", true, 0, null, null, null));
    }

    private void malformedConnects() {
        refuses("unknown name", 0, "10 {['MQTX'] 04 02 0000 ['c']}", UNSUPPORTED_PROTOCOL_VERSION);
        refuses("name in small letters", 0, "10 {['mqtt'] 04 02 0000 ['c']}", UNSUPPORTED_PROTOCOL_VERSION);
        refuses("empty name", 0, "10 {[] 04 02 0000 ['c']}", UNSUPPORTED_PROTOCOL_VERSION);
        refuses("fixed header flags", 0, "11 {['MQTT'] 04 02 0000 ['c']}", MALFORMED_PACKET);
        refuses("reserved flag", 0, "10 {['MQTT'] 04 03 0000 ['c']}", MALFORMED_PACKET);
        refuses("reserved flag, 5.0", 0, "10 {" + MQTT_5 + "03 0000 {} ['c']}", MALFORMED_PACKET);
        refuses("will qos without will", 0, "10 {['MQTT'] 04 0A 0000 ['c']}", MALFORMED_PACKET);
        refuses("will retain without will", 0, "10 {['MQTT'] 04 22 0000 ['c']}", MALFORMED_PACKET);
        refuses("will qos 3", 0, "10 {['MQTT'] 04 1E 0000 ['c']['w']['x']}", MALFORMED_PACKET);
        refuses("password without user", 0, "10 {['MQTT'] 04 42 0000 ['c']['p']}", MALFORMED_PACKET);
        refuses("password without user, 3.1", 0, "10 {['MQIsdp'] 03 42 0000 ['c']['p']}", MALFORMED_PACKET);
        refuses("no client id field", 0, "10 {['MQTT'] 04 02 0000}", MALFORMED_PACKET);
        refuses("no body", 0, "10 {}", MALFORMED_PACKET);
        refuses("no user", 0, "10 {['MQTT'] 04 82 0000 ['c']}", MALFORMED_PACKET);
        refuses("no password", 0, "10 {['MQTT'] 04 C2 0000 ['c']['u']}", MALFORMED_PACKET);
        refuses("no will payload", 0, "10 {['MQTT'] 04 06 0000 ['c']['w']}", MALFORMED_PACKET);
        refuses("bytes left over", 0, "10 {['MQTT'] 04 02 0000 ['c'] 00}", MALFORMED_PACKET);
        refuses("user without flag", 0, "10 {['MQTT'] 04 02 0000 ['c']['u']}", MALFORMED_PACKET);
        refuses("text ends after the packet", 0, "10 {['MQTT'] 04 02 0000 0005 'c'} 'abcdef'", MALFORMED_PACKET);
        refuses("will topic with wildcard", 0, "10 {['MQTT'] 04 06 0000 ['c']['w/#']['x']}", TOPIC_NAME_INVALID);
        refuses("will topic empty", 0, "10 {['MQTT'] 04 06 0000 ['c'][]['x']}", TOPIC_NAME_INVALID);
        refuses("client id with null character", 0, "10 {['MQTT'] 04 02 0000 [00]}", MALFORMED_PACKET);
        refuses("padded length, 5.0", 0, "10 8E00 " + MQTT_5 + "02 0000 00 ['c']", MALFORMED_PACKET);
        refuses("not first", 4, "10 {['MQTT'] 04 02 0000 ['c']}", PROTOCOL_ERROR);
        refuses("not first, 5.0", 5, "10 {" + MQTT_5 + "02 0000 {} ['c']}", PROTOCOL_ERROR);
        refuses("PUBLISH first", 0, "30 {['t']}", PROTOCOL_ERROR);
        refuses("PINGREQ first", 0, "C0 {}", PROTOCOL_ERROR);
        refuses("HTTP", 0, "'GET / HTTP/1.1'", PROTOCOL_ERROR);
        refuses("TLS", 0, "16 03 01 00", MALFORMED_PACKET);
        refuses("type 0", 0, "00 {}", PROTOCOL_ERROR);
    }

    private void malformedConnectProperties() {
        refusesConnect("session expiry twice", "1100000001 1100000001", PROTOCOL_ERROR);
        refusesConnect("receive maximum 0", "210000", PROTOCOL_ERROR);
        refusesConnect("receive maximum twice", "210001 210001", PROTOCOL_ERROR);
        refusesConnect("maximum packet size 0", "2700000000", PROTOCOL_ERROR);
        refusesConnect("topic alias maximum twice", "220001 220001", PROTOCOL_ERROR);
        refusesConnect("request response information 2", "1902", PROTOCOL_ERROR);
        refusesConnect("request problem information 2", "1702", PROTOCOL_ERROR);
        refusesConnect("authentication data without method", "16[01]", PROTOCOL_ERROR);
        refusesConnect("authentication method twice", "15['a'] 15['a']", PROTOCOL_ERROR);
        refusesConnect("property of the will", "1800000001", MALFORMED_PACKET);
        refusesConnect("property of CONNACK", "130001", MALFORMED_PACKET);
        refusesConnect("property of PUBLISH", "230001", MALFORMED_PACKET);
        refusesConnect("unknown property", "7F00", MALFORMED_PACKET);
        refusesConnect("property 0", "00", MALFORMED_PACKET);
        refusesConnect("identifier in two bytes", "9100 00000001", MALFORMED_PACKET);
        refusesConnect("huge identifier", "FFFFFF7F", MALFORMED_PACKET);
        refusesConnect("value cut off", "110000", MALFORMED_PACKET);
        refusesConnect("user property without value", "26['k']", MALFORMED_PACKET);
        refusesConnect("user property with surrogate", "26['k'][EDA080]", MALFORMED_PACKET);
        refuses("no property length", 0, "10 {" + MQTT_5 + "02 0000}", MALFORMED_PACKET);
        refuses("property length too large", 0, "10 {" + MQTT_5 + "02 0000 7F ['c']}", MALFORMED_PACKET);
        refuses("property length padded", 0, "10 {" + MQTT_5 + "02 0000 8000 ['c']}", MALFORMED_PACKET);
        refuses("property length of five bytes", 0, "10 {" + MQTT_5 + "02 0000 8080808001 ['c']}", MALFORMED_PACKET);
        refusesWill("delay twice", "1800000001 1800000001", PROTOCOL_ERROR);
        refusesWill("payload format 2", "0102", PROTOCOL_ERROR);
        refusesWill("response topic with wildcard", "08['a/+']", PROTOCOL_ERROR);
        refusesWill("session expiry", "1100000001", MALFORMED_PACKET);
        refusesWill("topic alias", "230001", MALFORMED_PACKET);
    }

    private void publishes() {
        for (int level = 3; level <= 4; level++) {
            reads("qos 0", level, "30 {['t'] 'x'}", publish(false, 0, false, 0, "t", "'x'"));
            reads("qos 0, retain, empty", level, "31 {['t']}", publish(false, 0, true, 0, "t", ""));
            reads("qos 1", level, "32 {['t/u'] 0001 'x'}", publish(false, 1, false, 1, "t/u", "'x'"));
            reads("qos 2, dup, retain", level, "3D {['t'] FFFF}", publish(true, 2, true, 65_535, "t", ""));
        }
        reads("byte order mark is kept", 4, "30 {[EFBBBF 't']}", publish(false, 0, false, 0, "\uFEFFt", ""));
        reads("beyond the basic plane", 4, "30 {[F09FA69F]}", publish(false, 0, false, 0, "\uD83E\uDD9F", ""));
        reads("highest code point", 4, "30 {[F48FBFBF]}", publish(false, 0, false, 0, "\uDBFF\uDFFF", ""));
        reads("control character and blank", 4, "30 {[0120]}", publish(false, 0, false, 0, "\u0001 ", ""));
        reads("topic of slashes", 4, "30 {['//']}", publish(false, 0, false, 0, "//", ""));
        reads("5.0, qos 0", 5, "30 {['t'] {} 'x'}", publish(false, 0, false, 0, "t", "'x'"));
        reads("5.0, qos 2", 5, "34 {['t'] 0102 {} 'x'}", publish(false, 2, false, 0x0102, "t", "'x'"));
        Publish all = new Publish(
                false,
                Qos.AT_LEAST_ONCE,
                false,
                7,
                "",
                bytes("'x'"),
                3,
                1,
                4_294_967_295L,
                "c",
                "r",
                bytes("0001"),
                NO_IDENTIFIERS,
                List.of(new UserProperty("b", "1"), new UserProperty("a", "2"), new UserProperty("b", "1")));
        reads(
                "5.0, all properties, alias for topic",
                5,
                "32 {[] 0007 {230003 0101 02FFFFFFFF 03['c'] 08['r'] 09[0001] 26['b']['1'] 26['a']['2'] 26['b']['1']} 'x'}",
                all);
        Publish identified = new Publish(
                false,
                Qos.AT_MOST_ONCE,
                false,
                0,
                "t",
                bytes(""),
                0,
                -1,
                -1,
                null,
                null,
                null,
                new int[] {1, 268_435_455, 1},
                List.of());
        sends("subscription identifiers", 5, "30 {['t'] {0B01 0BFFFFFF7F 0B01}}", identified);
    }

    private void malformedPublishes() {
        for (int level = 3; level <= 4; level++) {
            refuses("qos 3", level, "36 {['t'] 0001}", MALFORMED_PACKET);
            refuses("dup at qos 0", level, "38 {['t']}", MALFORMED_PACKET);
            refuses("packet id 0", level, "32 {['t'] 0000}", PROTOCOL_ERROR);
            refuses("no packet id", level, "32 {['t']}", MALFORMED_PACKET);
            refuses("no topic", level, "30 {}", MALFORMED_PACKET);
            refuses("empty topic", level, "30 {[] 'x'}", PROTOCOL_ERROR);
            refuses("topic with #", level, "30 {['t/#']}", TOPIC_NAME_INVALID);
            refuses("topic with +", level, "30 {['+/t']}", TOPIC_NAME_INVALID);
            refuses("topic beyond the end", level, "30 {0005 't'} 'abcd'", MALFORMED_PACKET);
        }
        refuses("qos 3", 5, "36 {['t'] 0001 {}}", MALFORMED_PACKET);
        refuses("dup at qos 0", 5, "38 {['t'] {}}", MALFORMED_PACKET);
        refuses("packet id 0", 5, "34 {['t'] 0000 {}}", PROTOCOL_ERROR);
        refuses("no properties", 5, "30 {['t']}", MALFORMED_PACKET);
        refuses("empty topic", 5, "30 {[] {} 'x'}", PROTOCOL_ERROR);
        refuses("topic with wildcard", 5, "30 {['a+b'] {}}", TOPIC_NAME_INVALID);
        refuses("topic with wildcard and alias", 5, "30 {['#'] {230001}}", TOPIC_NAME_INVALID);
        refuses("topic alias 0", 5, "30 {['t'] {230000}}", TOPIC_ALIAS_INVALID);
        refuses("topic alias twice", 5, "30 {['t'] {230001 230001}}", PROTOCOL_ERROR);
        refuses("payload format 2", 5, "30 {['t'] {0102}}", PROTOCOL_ERROR);
        refuses("payload format twice", 5, "30 {['t'] {0100 0100}}", PROTOCOL_ERROR);
        refuses("message expiry twice", 5, "30 {['t'] {0200000001 0200000001}}", PROTOCOL_ERROR);
        refuses("content type twice", 5, "30 {['t'] {03['a'] 03['a']}}", PROTOCOL_ERROR);
        refuses("correlation data twice", 5, "30 {['t'] {09['a'] 09['a']}}", PROTOCOL_ERROR);
        refuses("response topic twice", 5, "30 {['t'] {08['a'] 08['a']}}", PROTOCOL_ERROR);
        refuses("response topic with wildcard", 5, "30 {['t'] {08['#']}}", PROTOCOL_ERROR);
        refuses("response topic empty", 5, "30 {['t'] {08[]}}", PROTOCOL_ERROR);
        refuses("subscription identifier", 5, "30 {['t'] {0B01}}", PROTOCOL_ERROR);
        refuses("session expiry", 5, "30 {['t'] {1100000001}}", MALFORMED_PACKET);
        refuses("reason string", 5, "30 {['t'] {1F['a']}}", MALFORMED_PACKET);
        refuses("property goes on after its block", 5, "30 {['t'] 03 03 0005 'abcde'}", MALFORMED_PACKET);
        refusesServer("subscription identifier 0", 5, "30 {['t'] {0B00}}", PROTOCOL_ERROR);
        refusesServer("subscription identifier padded", 5, "30 {['t'] {0B8100}}", MALFORMED_PACKET);
    }

    private void malformedTexts() {
        for (String text : List.of(
                "00", // null character
                "61 00",
                "80", // continuation alone
                "C3", // cut off
                "C3 28",
                "C0 80", // overlong
                "C1 BF",
                "E0 80 AF",
                "E0 9F BF",
                "F0 80 80 AF",
                "F0 8F BF BF",
                "ED A0 80", // surrogates
                "ED BF BF",
                "ED A0 81 ED B0 80",
                "F4 90 80 80", // beyond U+10FFFF
                "F5 80 80 80",
                "FF",
                "FE",
                "E2 82", // cut off
                "F0 9F A6",
                "F0 9F 28 9F")) {
            refuses("topic is " + text, 4, "30 {[" + text + "]}", MALFORMED_PACKET);
            refuses("filter is " + text, 5, "82 {0001 {} [" + text + "] 00}", MALFORMED_PACKET);
            refuses("content type is " + text, 5, "30 {['t'] {03[" + text + "]}}", MALFORMED_PACKET);
        }
    }

    private void acks() {
        for (AckType type : AckType.values()) {
            String first = String.format("%X%d ", type.packetType(), type == AckType.PUBREL ? 2 : 0);
            for (int level = 3; level <= 5; level++) {
                reads(type + " short", level, first + "{1234}", Ack.of(type, 0x1234));
                sends(type + " short", level, first + "{1234}", Ack.of(type, 0x1234));
                refuses(type + " packet id 0", level, first + "{0000}", PROTOCOL_ERROR);
                refuses(type + " without id", level, first + "{}", MALFORMED_PACKET);
                refuses(type + " with half an id", level, first + "{01}", MALFORMED_PACKET);
                String flags = String.format("%X%d ", type.packetType(), type == AckType.PUBREL ? 0 : 2);
                refuses(type + " flags", level, flags + "{0001}", MALFORMED_PACKET);
            }
            refuses(type + " with reason", 4, first + "{0001 00}", MALFORMED_PACKET);
            boolean isRelease = type == AckType.PUBREL || type == AckType.PUBCOMP;
            ReasonCode reasonCode = isRelease ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND : ReasonCode.QUOTA_EXCEEDED;
            String code = String.format("%02X", reasonCode.code());
            reads(type + " reason", 5, first + "{0001" + code + "}", new Ack(type, 1, reasonCode, null));
            reads(type + " success", 5, first + "{0001 00}", Ack.of(type, 1));
            reads(type + " no properties", 5, first + "{0001" + code + "{}}", new Ack(type, 1, reasonCode, null));
            reads(
                    type + " properties",
                    5,
                    first + "{0001" + code + "{26['k']['v'] 1F['why'] 26['k']['v']}}",
                    new Ack(type, 1, reasonCode, "why"));
            refuses(type + " unknown reason", 5, first + "{0001 7F}", PROTOCOL_ERROR);
            refuses(type + " other packet's reason", 5, first + "{0001 8D}", PROTOCOL_ERROR);
            refuses(type + " reason twice", 5, first + "{0001 00 {1F['a'] 1F['b']}}", PROTOCOL_ERROR);
            refuses(type + " other packet's property", 5, first + "{0001 00 {1100000001}}", MALFORMED_PACKET);
            refuses(type + " bytes left over", 5, first + "{0001 00 {} 00}", MALFORMED_PACKET);
            refuses(type + " property length too large", 5, first + "{0001 00 05}", MALFORMED_PACKET);
        }
        reads("PUBREL sent again", 3, "6A {0001}", Ack.of(AckType.PUBREL, 1));
        refuses("PUBREL with DUP", 4, "6A {0001}", MALFORMED_PACKET);
        refuses("PUBREL with DUP", 5, "6A {0001}", MALFORMED_PACKET);
    }

    private void subscriptions() {
        SubscribeEntry first = entry("a/+", Qos.EXACTLY_ONCE);
        SubscribeEntry second = entry("#", Qos.AT_MOST_ONCE);
        Subscribe subscribe = new Subscribe(1, 0, List.of(first, second), List.of());
        for (int level = 3; level <= 4; level++) {
            reads("SUBSCRIBE", level, "82 {0001 ['a/+'] 02 ['#'] 00}", subscribe);
            reads("UNSUBSCRIBE", level, "A2 {0001 ['a']['b']}", new Unsubscribe(1, List.of("a", "b"), List.of()));
        }
        reads("SUBSCRIBE sent again", 3, "8A {0001 ['a/+'] 02 ['#'] 00}", subscribe);
        reads("SUBSCRIBE", 5, "82 {0001 {} ['a/+'] 02 ['#'] 00}", subscribe);
        SubscribeEntry options = new SubscribeEntry("f", Qos.AT_LEAST_ONCE, true, true, RetainHandling.DO_NOT_SEND);
        reads(
                "SUBSCRIBE with everything",
                5,
                "82 {0001 {0BFFFFFF7F 26['k']['v']} ['f'] 2D}",
                new Subscribe(1, 268_435_455, List.of(options), List.of(new UserProperty("k", "v"))));
        reads(
                "UNSUBSCRIBE",
                5,
                "A2 {0001 {26['k']['v']} ['a']}",
                new Unsubscribe(1, List.of("a"), List.of(new UserProperty("k", "v"))));
    }

    private void malformedSubscriptions() {
        for (int level = 3; level <= 5; level++) {
            String properties = level == 5 ? "{}" : "";
            String subscribe = "82 {0001" + properties;
            refuses("SUBSCRIBE without filter", level, subscribe + "}", PROTOCOL_ERROR);
            refuses("SUBSCRIBE without options", level, subscribe + "['a']}", MALFORMED_PACKET);
            refuses("SUBSCRIBE qos 3", level, subscribe + "['a'] 03}", PROTOCOL_ERROR);
            refuses("SUBSCRIBE reserved bit 6", level, subscribe + "['a'] 40}", MALFORMED_PACKET);
            refuses("SUBSCRIBE reserved bit 7", level, subscribe + "['a'] 80}", MALFORMED_PACKET);
            refuses("SUBSCRIBE id 0", level, "82 {0000" + properties + "['a'] 00}", PROTOCOL_ERROR);
            refuses("SUBSCRIBE flags", level, "80 {0001" + properties + "['a'] 00}", MALFORMED_PACKET);
            refuses("UNSUBSCRIBE without filter", level, "A2 {0001" + properties + "}", PROTOCOL_ERROR);
            refuses("UNSUBSCRIBE id 0", level, "A2 {0000" + properties + "['a']}", PROTOCOL_ERROR);
            refuses("UNSUBSCRIBE flags", level, "A0 {0001" + properties + "['a']}", MALFORMED_PACKET);
            refuses("UNSUBSCRIBE cut off", level, "A2 {0001" + properties + "['a'] 00}", MALFORMED_PACKET);
        }
        refuses("SUBSCRIBE with 5.0's options", 4, "82 {0001 ['a'] 04}", MALFORMED_PACKET);
        refuses("SUBSCRIBE sent again", 4, "8A {0001 ['a'] 00}", MALFORMED_PACKET);
        refuses("SUBSCRIBE retain handling 3", 5, "82 {0001 {} ['a'] 30}", PROTOCOL_ERROR);
        refuses("SUBSCRIBE identifier 0", 5, "82 {0001 {0B00} ['a'] 00}", PROTOCOL_ERROR);
        refuses("SUBSCRIBE identifier twice", 5, "82 {0001 {0B01 0B02} ['a'] 00}", PROTOCOL_ERROR);
        refuses("SUBSCRIBE identifier too long", 5, "82 {0001 {0BFFFFFFFF01} ['a'] 00}", MALFORMED_PACKET);
        refuses("SUBSCRIBE other property", 5, "82 {0001 {1F['a']} ['a'] 00}", MALFORMED_PACKET);
        refuses("UNSUBSCRIBE other property", 5, "A2 {0001 {0B01} ['a']}", MALFORMED_PACKET);
    }

    private void disconnects() {
        Disconnect normal = new Disconnect(ReasonCode.SUCCESS, -1, null, null);
        for (int level = 3; level <= 5; level++) {
            reads("DISCONNECT", level, "E0 {}", normal);
            refuses("DISCONNECT flags", level, "E1 {}", MALFORMED_PACKET);
        }
        refuses("DISCONNECT with reason", 4, "E0 {00}", MALFORMED_PACKET);
        reads("DISCONNECT reason", 5, "E0 {04}", new Disconnect(ReasonCode.DISCONNECT_WITH_WILL, -1, null, null));
        reads("DISCONNECT no properties", 5, "E0 {00 {}}", normal);
        reads(
                "DISCONNECT properties",
                5,
                "E0 {80 {11 0000000A 1F['why'] 26['k']['v']}}",
                new Disconnect(ReasonCode.UNSPECIFIED_ERROR, 10, "why", null));
        sends(
                "DISCONNECT reference",
                5,
                "E0 {9D {1C['there']}}",
                new Disconnect(ReasonCode.SERVER_MOVED, -1, null, "there"));
        sends("DISCONNECT of a server", 5, "E0 {8E}", new Disconnect(ReasonCode.SESSION_TAKEN_OVER, -1, null, null));
        refuses("DISCONNECT of a server", 5, "E0 {8E}", PROTOCOL_ERROR);
        refuses("DISCONNECT unknown reason", 5, "E0 {05}", PROTOCOL_ERROR);
        refuses("DISCONNECT other reason", 5, "E0 {84}", PROTOCOL_ERROR);
        refuses("DISCONNECT expiry twice", 5, "E0 {00 {1100000001 1100000001}}", PROTOCOL_ERROR);
        refuses("DISCONNECT other property", 5, "E0 {00 {210001}}", MALFORMED_PACKET);
        refuses("DISCONNECT bytes left over", 5, "E0 {00 {} 00}", MALFORMED_PACKET);
        refusesServer("DISCONNECT with expiry", 5, "E0 {00 {1100000001}}", PROTOCOL_ERROR);
    }

    private void auths() {
        reads(
                "AUTH",
                5,
                "F0 {18 {15['m'] 16[01] 1F['why']}}",
                new Auth(ReasonCode.CONTINUE_AUTHENTICATION, "m", bytes("01"), "why"));
        reads("AUTH again", 5, "F0 {19 {15['m']}}", new Auth(ReasonCode.REAUTHENTICATE, "m", null, null));
        sends("AUTH short", 5, "F0 {}", new Auth(ReasonCode.SUCCESS, null, null, null));
        refuses("AUTH without method", 5, "F0 {18 {}}", PROTOCOL_ERROR);
        refuses("AUTH without properties", 5, "F0 {18}", MALFORMED_PACKET);
        refuses("AUTH data without method", 5, "F0 {18 {16[01]}}", PROTOCOL_ERROR);
        refuses("AUTH reason", 5, "F0 {80 {15['m']}}", PROTOCOL_ERROR);
        refuses("AUTH method twice", 5, "F0 {18 {15['m'] 15['m']}}", PROTOCOL_ERROR);
        refuses("AUTH flags", 5, "F2 {18 {15['m']}}", MALFORMED_PACKET);
        refuses("AUTH", 4, "F0 {18 {15['m']}}", MALFORMED_PACKET);
        refuses("AUTH", 3, "F0 {}", MALFORMED_PACKET);
    }

    private void pings() {
        for (int level = 3; level <= 5; level++) {
            reads("PINGREQ", level, "C0 {}", new Pingreq());
            sends("PINGRESP", level, "D0 {}", new Pingresp());
            refuses("PINGREQ flags", level, "C8 {}", MALFORMED_PACKET);
            refuses("PINGREQ body", level, "C0 {00}", MALFORMED_PACKET);
            refusesServer("PINGRESP body", level, "D0 {00}", MALFORMED_PACKET);
        }
        reads("PINGREQ, padded length", 4, "C0 8000", new Pingreq());
        refuses("PINGREQ, padded length", 5, "C0 8000", MALFORMED_PACKET);
    }

    private void frames() {
        for (int level = 3; level <= 5; level++) {
            refuses("type 0", level, "00 {}", MALFORMED_PACKET);
            refuses("remaining length of five bytes", level, "C0 FFFFFFFF01", MALFORMED_PACKET);
            refuses("remaining length without end", level, "30 80808080", MALFORMED_PACKET);
            refuses("too large", level, "30 FFFFFF7F", ReasonCode.PACKET_TOO_LARGE);
        }
    }

    private void connacks() {
        sends("CONNACK", 3, "20 {0000}", connack(false, ReasonCode.SUCCESS));
        sends("CONNACK, reserved byte", 3, "20 {FF05}", connack(false, ReasonCode.NOT_AUTHORIZED));
        sends("CONNACK, session present", 4, "20 {0100}", connack(true, ReasonCode.SUCCESS));
        sends("CONNACK 1", 4, "20 {0001}", connack(false, UNSUPPORTED_PROTOCOL_VERSION));
        sends("CONNACK 2", 4, "20 {0002}", connack(false, ReasonCode.CLIENT_IDENTIFIER_NOT_VALID));
        sends("CONNACK 3", 4, "20 {0003}", connack(false, ReasonCode.SERVER_UNAVAILABLE));
        sends("CONNACK 4", 4, "20 {0004}", connack(false, ReasonCode.BAD_USER_NAME_OR_PASSWORD));
        sends("CONNACK 5", 4, "20 {0005}", connack(false, ReasonCode.NOT_AUTHORIZED));
        sends("CONNACK", 5, "20 {0000 {}}", connack(false, ReasonCode.SUCCESS));
        sends(
                "CONNACK with everything",
                5,
                "20 {0100 {1100000001 210002 2401 2500 2700000003 12['id'] 220004 1F['why'] 2800 2900 2A00 130005"
                        + " 1A['info'] 1C['ref'] 15['m'] 16[09] 26['k']['v']}}",
                new Connack(
                        true,
                        ReasonCode.SUCCESS,
                        1,
                        2,
                        1,
                        false,
                        3,
                        "id",
                        4,
                        "why",
                        false,
                        false,
                        false,
                        5,
                        "info",
                        "ref",
                        "m",
                        bytes("09")));
        refusesServer("CONNACK flags", 4, "20 {0200}", MALFORMED_PACKET);
        refusesServer("CONNACK, refused with a session", 4, "20 {0105}", PROTOCOL_ERROR);
        refusesServer("CONNACK, refused with a session", 5, "20 {0187 {}}", PROTOCOL_ERROR);
        refusesServer("CONNACK 6", 4, "20 {0006}", PROTOCOL_ERROR);
        refusesServer("CONNACK bytes left over", 4, "20 {0000 00}", MALFORMED_PACKET);
        refusesServer("CONNACK reason", 5, "20 {0001 {}}", PROTOCOL_ERROR);
        refusesServer("CONNACK maximum qos 2", 5, "20 {0000 {2402}}", PROTOCOL_ERROR);
        refusesServer("CONNACK receive maximum 0", 5, "20 {0000 {210000}}", PROTOCOL_ERROR);
        refusesServer("CONNACK property", 5, "20 {0000 {1901}}", MALFORMED_PACKET);
    }

    private void answers() {
        List<ReasonCode> granted = List.of(ReasonCode.SUCCESS, ReasonCode.GRANTED_QOS_2, ReasonCode.UNSPECIFIED_ERROR);
        sends("SUBACK", 4, "90 {0001 00 02 80}", new Suback(1, granted, null));
        sends("SUBACK", 5, "90 {0001 {1F['why']} 00 02 80}", new Suback(1, granted, "why"));
        sends("UNSUBACK", 4, "B0 {0001}", new Unsuback(1, List.of(), null));
        sends(
                "UNSUBACK",
                5,
                "B0 {0001 {} 00 11}",
                new Unsuback(1, List.of(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED), null));
        refusesServer("SUBACK with a failure", 3, "90 {0001 80}", PROTOCOL_ERROR);
        refusesServer("SUBACK 3", 4, "90 {0001 03}", PROTOCOL_ERROR);
        refusesServer("SUBACK with a code of 5.0", 4, "90 {0001 87}", PROTOCOL_ERROR);
        refusesServer("SUBACK without code", 4, "90 {0001}", PROTOCOL_ERROR);
        refusesServer("UNSUBACK with code", 4, "B0 {0001 00}", MALFORMED_PACKET);
        refusesServer("UNSUBACK other code", 5, "B0 {0001 {} 01}", PROTOCOL_ERROR);
    }

    private void directions() {
        for (int level = 3; level <= 5; level++) {
            String properties = level == 5 ? "{}" : "";
            refuses("CONNACK", level, "20 {0000" + properties + "}", PROTOCOL_ERROR);
            refuses("SUBACK", level, "90 {0001" + properties + "00}", PROTOCOL_ERROR);
            refuses("UNSUBACK", level, "B0 {0001" + properties + "}", PROTOCOL_ERROR);
            refuses("PINGRESP", level, "D0 {}", PROTOCOL_ERROR);
            refusesServer("CONNECT", level, "10 {['MQTT'] 04 02 0000 ['c']}", PROTOCOL_ERROR);
            refusesServer("SUBSCRIBE", level, "82 {0001" + properties + "['a'] 00}", PROTOCOL_ERROR);
            refusesServer("PINGREQ", level, "C0 {}", PROTOCOL_ERROR);
        }
        refusesServer("DISCONNECT", 4, "E0 {}", PROTOCOL_ERROR);
    }

    private void reads(String name, int level, String bytes, Packet packet) {
        cases.add(new PacketCase(name, true, level, bytes(bytes), packet, null));
    }

    private void sends(String name, int level, String bytes, Packet packet) {
        cases.add(new PacketCase(name, false, level, bytes(bytes), packet, null));
    }

    private void refuses(String name, int level, String bytes, ReasonCode violation) {
        cases.add(new PacketCase(name, true, level, bytes(bytes), null, violation));
    }

    private void refusesServer(String name, int level, String bytes, ReasonCode violation) {
        cases.add(new PacketCase(name, false, level, bytes(bytes), null, violation));
    }

    private void refusesConnect(String name, String properties, ReasonCode violation) {
        refuses("CONNECT " + name, 0, "10 {" + MQTT_5 + "02 0000 {" + properties + "} ['c']}", violation);
    }

    private void refusesWill(String name, String properties, ReasonCode violation) {
        refuses("will " + name, 0, "10 {" + MQTT_5 + "06 0000 {} ['c'] {" + properties + "} ['w'][]}", violation);
    }

    private static byte[] bytes(String notation) {
        return Notation.bytes(notation);
    }

    private static Connect connect(
            int level,
            String clientId,
            boolean cleanStart,
            int keepAlive,
            @Nullable WillFields will,
            @Nullable String userName,
            byte @Nullable [] password) {
        return new Connect(
                level,
                clientId,
                cleanStart,
                keepAlive,
                will,
                userName,
                password,
                0,
                65_535,
                -1,
                0,
                false,
                true,
                null,
                null,
                List.of());
    }

    private static WillFields will(String topic, String payload, Qos qos, boolean retain) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        return new WillFields(topic, bytes, qos, retain, 0, -1, -1, null, null, null, List.of());
    }

    private static Publish publish(boolean dup, int qos, boolean retain, int packetId, String topic, String payload) {
        return new Publish(
                dup,
                Qos.of(qos),
                retain,
                packetId,
                topic,
                bytes(payload),
                0,
                -1,
                -1,
                null,
                null,
                null,
                NO_IDENTIFIERS,
                List.of());
    }

    private static SubscribeEntry entry(String filter, Qos qos) {
        return new SubscribeEntry(filter, qos, false, false, RetainHandling.SEND);
    }

    private static Connack connack(boolean sessionPresent, ReasonCode reasonCode) {
        return new Connack(
                sessionPresent,
                reasonCode,
                -1,
                65_535,
                2,
                true,
                -1,
                null,
                0,
                null,
                true,
                true,
                true,
                -1,
                null,
                null,
                null,
                null);
    }
}
