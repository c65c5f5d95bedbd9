package io.zanzara.protocol;

import io.zanzara.codec.Notation;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Sends a row of the table over a connection of its own, and reads what comes until the connection is closed. */
final class RowPlayer {

    /** How the bytes leave: what comes back must not depend on it. */
    enum Manner {
        /** As one segment, when CONNECT is answered. */
        WHOLE,
        /** Byte by byte. */
        TRICKLED,
        /** Together with CONNECT before and, if the row ends the connection, with packets behind that must not be looked at. */
        CROWDED
    }

    private static final List<String> NAMES = List.of(
            "?",
            "CONNECT",
            "CONNACK",
            "PUBLISH",
            "PUBACK",
            "PUBREC",
            "PUBREL",
            "PUBCOMP",
            "SUBSCRIBE",
            "SUBACK",
            "UNSUBSCRIBE",
            "UNSUBACK",
            "PINGREQ",
            "PINGRESP",
            "DISCONNECT",
            "AUTH");

    private final int port;

    RowPlayer(int port) {
        this.port = port;
    }

    /** Returns what was wrong with the answer, or an empty string. */
    String defectOf(PacketRow row, Manner manner) {
        List<String> came = new ArrayList<>();
        try (RawClient client = RawClient.open(port, new Packets(row.level()))) {
            begin(client, row, manner);
            String defect = firstDifference(client, row, came);
            if (defect.isEmpty() && !row.ends()) {
                client.send(client.packets().pingReq());
                defect = difference("D0 {}", read(client, "D0 {}", came));
                client.send(client.packets().disconnect());
            }
            return defect.isEmpty() ? difference("closed", read(client, "closed", came)) : defect + " after " + came;
        } catch (IOException e) {
            return e + " after " + came;
        }
    }

    private static String firstDifference(RawClient client, PacketRow row, List<String> came) throws IOException {
        for (String expected : row.answers()) {
            String defect = difference(expected, read(client, expected, came));
            if (!defect.isEmpty()) {
                return defect;
            }
        }
        return "";
    }

    private static String difference(String expected, String actual) {
        String wanted = isBytes(expected) ? HexFormat.of().formatHex(Notation.bytes(expected)) : expected;
        return wanted.equals(actual) ? "" : "expected " + expected + " but got " + actual;
    }

    private static boolean isBytes(String answer) {
        return answer.length() > 2 && answer.charAt(2) == ' ';
    }

    private static void begin(RawClient client, PacketRow row, Manner manner) throws IOException {
        Packets packets = client.packets();
        byte[] connect = packets.connect(Packets.Connect.clean("row"));
        if (manner == Manner.CROWDED) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            if (!row.first()) {
                all.writeBytes(connect);
            }
            all.writeBytes(row.bytes());
            if (row.ends()) {
                all.writeBytes(packets.pingReq());
                all.writeBytes(packets.publish("bystander/never", "x", 0, 0));
                all.writeBytes(packets.connect(Packets.Connect.clean("row")));
            }
            client.send(all.toByteArray());
            if (!row.first()) {
                client.expect(Packet.CONNACK);
            }
            return;
        }
        if (!row.first()) {
            client.send(connect);
            client.expect(Packet.CONNACK);
        }
        if (manner == Manner.WHOLE) {
            client.send(row.bytes());
            return;
        }
        try {
            for (byte one : row.bytes()) {
                client.send(new byte[] {one});
            }
        } catch (IOException e) {
            // the broker has seen enough and has closed
        }
    }

    /** Returns the next packet in the words or, if that is what is expected, the bytes of the table. */
    private static String read(RawClient client, String expected, List<String> came) throws IOException {
        String answer;
        try {
            Packet packet = client.read();
            answer = isBytes(expected) ? bytes(packet) : words(packet, client.packets().level());
        } catch (EOFException | SocketException e) {
            answer = "closed";
        }
        came.add(answer);
        return answer;
    }

    private static String bytes(Packet packet) {
        return HexFormat.of().formatHex(Packets.packet(packet.type(), packet.flags(), packet.body()));
    }

    private static String words(Packet packet, int level) {
        StringBuilder words = new StringBuilder(NAMES.get(packet.type()));
        switch (packet.type()) {
            case Packet.CONNACK -> {
                words.append(packet.sessionPresent() ? " present" : "");
                words.append(String.format(" %02X", packet.code()));
            }
            case Packet.DISCONNECT, Packet.AUTH -> words.append(String.format(" %02X", packet.code()));
            case Packet.PUBLISH -> words.append(' ').append(packet);
            default -> {
                words.append(String.format(" %04X", packet.packetIdentifier()));
                appendCodes(packet, level, words);
            }
        }
        return words.toString();
    }

    private static void appendCodes(Packet packet, int level, StringBuilder words) {
        boolean hasNone = level < 5 && packet.type() != Packet.SUBACK;
        if (hasNone) {
            return;
        }
        for (int code : packet.codes()) {
            words.append(String.format(" %02X", code));
        }
    }
}
