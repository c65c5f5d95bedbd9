package io.zanzara.fuzz;

import io.zanzara.fuzz.Corpus.Seed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What a file of an earlier run holds, sent again: the lines in their order, the connections as they were. A connection whose beginning the file
 * does not have is left out.
 */
final class Replay {

    private static final int ANSWER_MILLIS = 20;
    private static final byte CONNECT = 0x10;

    private final List<Seed> forDecoder = new ArrayList<>();
    private final List<String[]> forBroker = new ArrayList<>();

    private Replay() {}

    /** @throws IllegalArgumentException if a line is not what a run writes */
    static Replay read(Path file) throws IOException {
        Replay replay = new Replay();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ");
            if (words[0].equals(Journal.DECODER) && words.length == 4) {
                byte[] bytes = HexFormat.of().parseHex(words[3]);
                replay.forDecoder.add(
                        new Seed("replayed", words[1].equals("client"), Integer.parseInt(words[2]), bytes));
            } else if (words.length == 2 && !line.startsWith("#")) {
                replay.forBroker.add(words);
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                throw new IllegalArgumentException("not a line of a run: " + line);
            }
        }
        return replay;
    }

    List<Seed> forDecoder() {
        return forDecoder;
    }

    boolean hasForBroker() {
        return !forBroker.isEmpty();
    }

    /** Sends the pieces; after each it waits for an answer, but not for long. */
    void send(int port) throws IOException {
        Map<String, Socket> open = new HashMap<>();
        try {
            for (String[] piece : forBroker) {
                send(piece[0], piece[1], port, open);
            }
        } finally {
            for (Socket socket : open.values()) {
                socket.close();
            }
        }
    }

    private static void send(String connection, String what, int port, Map<String, Socket> open) throws IOException {
        Socket socket = open.get(connection);
        if (what.equals(Journal.END)) {
            if (socket != null) {
                socket.close();
                open.remove(connection);
            }
            return;
        }
        byte[] bytes = HexFormat.of().parseHex(what);
        if (socket == null) {
            if ((bytes[0] & 0xF0) != CONNECT) {
                return;
            }
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_MILLIS);
            open.put(connection, socket);
        }
        try {
            socket.getOutputStream().write(bytes);
            readWhatComes(socket);
        } catch (SocketException e) {
            // the broker has closed it; the number is not used again
        }
    }

    private static void readWhatComes(Socket socket) throws IOException {
        byte[] buffer = new byte[64 << 10];
        try {
            while (socket.getInputStream().read(buffer) == buffer.length) {
                // the answers don't matter here
            }
        } catch (SocketTimeoutException e) {
            // none
        }
    }
}
