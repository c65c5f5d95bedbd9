package io.zanzara.protocol;

import io.zanzara.codec.Packet;
import io.zanzara.codec.PacketCases;
import io.zanzara.codec.PacketCases.PacketCase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rows of which there are too many to write them down: each flag, property, reason code and ill-formed text in each packet. */
final class GeneratedRows {

    private static final List<String> NONE = List.of();

    /** First bytes of a client's packets after CONNECT, but PUBLISH, whose flags mean something. */
    private static final Map<String, String> FIRST_BYTES = Map.of(
            "PUBACK", "40",
            "PUBREC", "50",
            "PUBREL", "62",
            "PUBCOMP", "70",
            "SUBSCRIBE", "82",
            "UNSUBSCRIBE", "A2",
            "PINGREQ", "C0",
            "DISCONNECT", "E0");

    private static final Map<String, String> BODIES = Map.of(
            "SUBSCRIBE", "{0001 ~ ['a'] 00}", "UNSUBSCRIBE", "{0001 ~ ['a']}", "PINGREQ", "{}", "DISCONNECT", "{}");

    /** A client's packets with properties (%), in MQTT 5.0. */
    private static final Map<String, String> WITH_PROPERTIES = Map.ofEntries(
            Map.entry("CONNECT", "10 {@ 02 0000 {%} ['c']}"),
            Map.entry("will", "10 {@ 06 0000 {} ['c'] {%} ['w']['x']}"),
            Map.entry("PUBLISH", "30 {['t'] {%} 'x'}"),
            Map.entry("PUBACK", "40 {0001 00 {%}}"),
            Map.entry("PUBREC", "50 {0001 00 {%}}"),
            Map.entry("PUBREL", "62 {0001 00 {%}}"),
            Map.entry("PUBCOMP", "70 {0001 00 {%}}"),
            Map.entry("SUBSCRIBE", "82 {0001 {%} ['t'] 00}"),
            Map.entry("UNSUBSCRIBE", "A2 {0001 {%} ['t']}"),
            Map.entry("DISCONNECT", "E0 {00 {%}}"),
            Map.entry("AUTH", "F0 {18 {%}}"));

    private static final String ACKNOWLEDGEMENTS = "PUBACK PUBREC PUBREL PUBCOMP";

    /** A property with a value, and the packets of a client that may carry it (5.0, table 2-4). */
    private static final Map<String, String> PROPERTIES = Map.ofEntries(
            Map.entry("01 01", "PUBLISH will"),
            Map.entry("02 00000001", "PUBLISH will"),
            Map.entry("03 ['t']", "PUBLISH will"),
            Map.entry("08 ['r']", "PUBLISH will"),
            Map.entry("09 [01]", "PUBLISH will"),
            Map.entry("0B 01", "SUBSCRIBE"),
            Map.entry("11 00000001", "CONNECT DISCONNECT"),
            Map.entry("12 ['c']", ""),
            Map.entry("13 0001", ""),
            Map.entry("15 ['m']", "CONNECT AUTH"),
            Map.entry("16 [01]", "CONNECT AUTH"),
            Map.entry("17 01", "CONNECT"),
            Map.entry("18 00000001", "will"),
            Map.entry("19 01", "CONNECT"),
            Map.entry("1A ['i']", ""),
            Map.entry("1C ['s']", "DISCONNECT"),
            Map.entry("1F ['r']", ACKNOWLEDGEMENTS + " DISCONNECT AUTH"),
            Map.entry("21 0001", "CONNECT"),
            Map.entry("22 0001", "CONNECT"),
            Map.entry("23 0001", "PUBLISH"),
            Map.entry("24 01", ""),
            Map.entry("25 01", ""),
            Map.entry("26 ['k']['v']", String.join(" ", WITH_PROPERTIES.keySet())),
            Map.entry("27 00001000", "CONNECT"),
            Map.entry("28 01", ""),
            Map.entry("29 01", ""),
            Map.entry("2A 01", ""));

    /** What only a server may send in PUBLISH: a protocol error (3.3.4), not a malformed packet. */
    private static final String SUBSCRIPTION_IDENTIFIER = "0B 01";

    private static final Map<String, Set<Integer>> REASON_CODES = Map.of(
            "PUBACK", Set.of(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99),
            "PUBREC", Set.of(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99),
            "PUBREL", Set.of(0x00, 0x92),
            "PUBCOMP", Set.of(0x00, 0x92),
            "DISCONNECT", Set.of(0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99));

    private static final Map<String, String> WITH_REASON_CODE = Map.of(
            "PUBACK", "40 {0001 %02X}",
            "PUBREC", "50 {0001 %02X}",
            "PUBREL", "62 {0001 %02X}",
            "PUBCOMP", "70 {0001 %02X}",
            "DISCONNECT", "E0 {%02X}");

    private static final List<String> ILL_FORMED = List.of(
            "00", // the null character
            "61 00 62",
            "80", // a continuation byte alone
            "C3", // cut off
            "E2 82",
            "F0 9F A6",
            "C3 28", // no continuation byte behind
            "E2 28 A1",
            "F0 9F 28 9F",
            "C0 80", // longer than need be
            "C1 BF",
            "E0 80 AF",
            "E0 9F BF",
            "F0 80 80 AF",
            "F0 8F BF BF",
            "ED A0 80", // surrogates
            "ED AF BF",
            "ED B0 80",
            "ED BF BF",
            "ED A0 81 ED B0 80",
            "F4 90 80 80", // beyond U+10FFFF
            "F5 80 80 80",
            "F8 88 80 80 80",
            "FE",
            "FF");

    /** Where a text stands (%), in any version. */
    private static final Map<String, String> TEXTS = Map.of(
            "client identifier", "10 {@ 02 0000 ~ [%]}",
            "will topic", "10 {@ 06 0000 ~ ['c'] ~ [%]['x']}",
            "user name", "10 {@ 82 0000 ~ ['c'][%]}",
            "topic name", "30 {[%] ~ 'x'}",
            "SUBSCRIBE filter", "82 {0001 ~ [%] 00}",
            "UNSUBSCRIBE filter", "A2 {0001 ~ [%]}");

    /** Texts that are properties. */
    private static final Map<String, String> TEXT_PROPERTIES = Map.of(
            "content type", "30 {['t'] {03[%]} 'x'}",
            "response topic", "30 {['t'] {08[%]} 'x'}",
            "name of a user property", "30 {['t'] {26[%]['v']} 'x'}",
            "value of a user property", "82 {0001 {26['k'][%]} ['a'] 00}",
            "reason string", "40 {0001 00 {1F[%]}}",
            "authentication method", "10 {@ 02 0000 {15[%]} ['c']}",
            "content type of the will", "10 {@ 06 0000 {} ['c'] {03[%]} ['w']['x']}");

    private GeneratedRows() {}

    /** Every value of the reserved flags, in each packet but PUBLISH. */
    static List<PacketRow> reservedFlags() {
        List<PacketRow> rows = new ArrayList<>();
        FIRST_BYTES.forEach((packet, firstByte) -> {
            int right = Integer.parseInt(firstByte, 16);
            for (int flags = 0; flags < 16; flags++) {
                for (int level = 3; level <= 5; level++) {
                    // 3.1 has DUP where 3.1.1 has reserved flags
                    boolean isDup = level == 3 && (right & 2) != 0 && flags == 10;
                    if (flags != (right & 15) && !isDup) {
                        String bytes =
                                String.format("%02X ", right & 0xF0 | flags) + BODIES.getOrDefault(packet, "{0001}");
                        rows.add(PacketRow.of(
                                packet + " with flags " + flags, level, false, bytes, "DISCONNECT 81", NONE));
                    }
                }
            }
        });
        return rows;
    }

    /** Each property in each packet where it has no place. */
    static List<PacketRow> misplacedProperties() {
        List<PacketRow> rows = new ArrayList<>();
        WITH_PROPERTIES.forEach((packet, bytes) -> PROPERTIES.forEach((property, places) -> {
            if (!List.of(places.split(" ")).contains(packet)) {
                String code = packet.equals("PUBLISH") && property.equals(SUBSCRIPTION_IDENTIFIER) ? "82" : "81";
                rows.add(property("property " + property + " in " + packet, bytes.replace("%", property), code));
            }
        }));
        return rows;
    }

    /** Each property twice where it may stand once. */
    static List<PacketRow> doubledProperties() {
        List<PacketRow> rows = new ArrayList<>();
        PROPERTIES.forEach((property, places) -> {
            for (String packet : places.split(" ")) {
                if (!packet.isEmpty() && !property.startsWith("26")) {
                    String bytes = WITH_PROPERTIES.getOrDefault(packet, "").replace("%", property + property);
                    rows.add(property("property " + property + " twice in " + packet, bytes, "82"));
                }
            }
        });
        return rows;
    }

    /** Each property identifier that means nothing. */
    static List<PacketRow> unknownProperties() {
        List<PacketRow> rows = new ArrayList<>();
        Set<String> known = new HashSet<>();
        PROPERTIES.keySet().forEach(property -> known.add(property.substring(0, 2)));
        for (int identifier = 0; identifier < 128; identifier++) {
            String hex = String.format("%02X", identifier);
            if (!known.contains(hex)) {
                rows.add(property("unknown property " + hex, "30 {['t'] {" + hex + "00000000}}", "81"));
            }
        }
        return rows;
    }

    private static PacketRow property(String meaning, String bytes, String code) {
        boolean first = bytes.startsWith("10");
        return PacketRow.of(meaning, 5, first, bytes, (first ? "CONNACK " : "DISCONNECT ") + code, NONE);
    }

    /** Each reason code in each packet that has one: those of its table pass, the others do not. */
    static List<PacketRow> reasonCodes() {
        List<PacketRow> rows = new ArrayList<>();
        WITH_REASON_CODE.forEach((packet, bytes) -> {
            for (int code = 0; code < 256; code++) {
                String hex = String.format("%02X", code);
                String answer = REASON_CODES.getOrDefault(packet, Set.of()).contains(code)
                        ? answerTo(packet, code)
                        : "DISCONNECT 82";
                rows.add(PacketRow.of(packet + " " + hex, 5, false, String.format(bytes, code), answer, NONE));
            }
        });
        return rows;
    }

    /** All are about identifiers that the broker doesn't know. */
    private static String answerTo(String packet, int code) {
        return switch (packet) {
            case "PUBREC" -> code < 0x80 ? "PUBREL 0001 92" : "";
            case "PUBREL" -> "PUBCOMP 0001 92";
            case "DISCONNECT" -> "closed";
            default -> "";
        };
    }

    /** Each ill-formed text in each place that a text has. */
    static List<PacketRow> illFormedTexts() {
        List<PacketRow> rows = new ArrayList<>();
        Map<String, String> places = new LinkedHashMap<>(TEXTS);
        places.putAll(TEXT_PROPERTIES);
        places.forEach((place, bytes) -> {
            for (String text : ILL_FORMED) {
                for (int level = TEXTS.containsKey(place) ? 3 : 5; level <= 5; level++) {
                    boolean first = bytes.startsWith("10");
                    String answer = first ? "CONNACK 81" : "DISCONNECT 81";
                    rows.add(PacketRow.of(place + " is " + text, level, first, bytes.replace("%", text), answer, NONE));
                }
            }
        });
        return rows;
    }

    /** What the codec is tested with, behind a CONNECT: what it refuses ends the connection, what it takes does not. */
    static List<PacketRow> ofTheCodec() {
        List<PacketRow> rows = new ArrayList<>();
        for (PacketCase row : PacketCases.all()) {
            if (row.fromClient() && row.protocolLevel() != 0 && !isAliased(row)) {
                rows.add(PacketRow.of(
                        row.name(),
                        row.protocolLevel(),
                        false,
                        HexFormat.of().formatHex(row.bytes()),
                        answerTo(row),
                        NONE));
            }
        }
        return rows;
    }

    /** Their answer depends on what was there before; {@code packets.txt} has the like of them. */
    private static boolean isAliased(PacketCase row) {
        return row.packet() instanceof Packet.Publish publish && publish.topic().isEmpty();
    }

    private static String answerTo(PacketCase row) {
        if (row.violation() != null) {
            return String.format("DISCONNECT %02X", row.violation().code());
        }
        if (row.packet() instanceof Packet.Disconnect disconnect) {
            return disconnect.sessionExpiry() > 0 ? "DISCONNECT 82" : "closed";
        }
        return row.packet() instanceof Packet.Auth ? "DISCONNECT 82" : PacketRow.ANYTHING;
    }
}
