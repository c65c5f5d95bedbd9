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
        /**
         * Together with CONNECT before and, if the row ends the connection, with packets behind that must not be looked at. Comes first: a broker
         * that takes what it should refuse answers the PINGREQ behind, so nobody waits for what never comes.
         */
        CROWDED,
        /** As one segment, when CONNECT is answered. */
        WHOLE,
        /** Byte by byte. */
        TRICKLED
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
            if (row.answers().contains(PacketRow.ANYTHING)) {
                return defectOfAnyAnswer(client, came);
            }
            String defect = firstDifference(client, row, came);
            if (defect.isEmpty() && !row.ends()) {
                client.send(client.packets().pingReq());
                defect = difference("D0 {}", read(client, came));
                client.send(client.packets().disconnect());
            }
            return defect.isEmpty() ? difference("closed", read(client, came)) : defect + " after " + came;
        } catch (IOException e) {
            return e + " after " + came;
        }
    }

    private static String defectOfAnyAnswer(RawClient client, List<String> came) throws IOException {
        client.send(client.packets().pingReq(), client.packets().disconnect());
        boolean isAnswered = false;
        Answer next = read(client, came);
        while (!next.is("closed")) {
            if (next.words().startsWith("DISCONNECT")) {
                return "refused: " + came;
            }
            isAnswered |= next.is("D0 {}");
            next = read(client, came);
        }
        return isAnswered ? "" : "the connection ended: " + came;
    }

    private static String firstDifference(RawClient client, PacketRow row, List<String> came) throws IOException {
        for (String answer : row.answers()) {
            List<String> wanted = new ArrayList<>(List.of(answer.split(PacketRow.EITHER_ORDER)));
            while (!wanted.isEmpty()) {
                Answer actual = read(client, came);
                int at = 0;
                while (at < wanted.size() && !actual.is(wanted.get(at))) {
                    at++;
                }
                if (at == wanted.size()) {
                    return "expected " + wanted + " but got " + actual;
                }
                wanted.remove(at);
            }
        }
        return "";
    }

    private static String difference(String expected, Answer actual) {
        return actual.is(expected) ? "" : "expected " + expected + " but got " + actual;
    }

    /** What came, in both forms that the table has for it. */
    private record Answer(String words, String bytes) {
        boolean is(String expected) {
            return isBytes(expected)
                    ? bytes.equals(HexFormat.of().formatHex(Notation.bytes(expected)))
                    : words.equals(expected);
        }

        @Override
        public String toString() {
            return words + " (" + bytes + ")";
        }
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

    private static Answer read(RawClient client, List<String> came) throws IOException {
        Answer answer;
        try {
            Packet packet = client.read();
            answer = new Answer(words(packet, client.packets().level()), bytes(packet));
        } catch (EOFException | SocketException e) {
            answer = new Answer("closed", "");
        }
        came.add(answer.toString());
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
