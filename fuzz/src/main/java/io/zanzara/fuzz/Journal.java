package io.zanzara.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/**
 * What was sent last to the broker, in its order over all connections, bounded in bytes. As a file it has one line for each piece: the number of
 * the connection and the bytes, or {@code end} where the client ended it; and what the decoder was given alone begins with {@code decoder}.
 * Thread-safe.
 */
final class Journal {

    static final String DECODER = "decoder";
    static final String END = "end";
    private static final int OVERHEAD = 40;

    private record Piece(long connection, byte[] bytes) {}

    private final Deque<Piece> pieces = new ArrayDeque<>();
    private final long mostBytes;
    private long kept;

    Journal(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    synchronized void sent(long connection, byte[] bytes) {
        pieces.add(new Piece(connection, bytes));
        kept += bytes.length + OVERHEAD;
        while (kept > mostBytes) {
            kept -= pieces.remove().bytes().length + OVERHEAD;
        }
    }

    synchronized void ended(long connection) {
        sent(connection, new byte[0]);
    }

    static String decoderLine(boolean fromClient, int level, byte[] bytes) {
        return DECODER + " " + (fromClient ? "client" : "server") + " " + level + " "
                + HexFormat.of().formatHex(bytes);
    }

    /**
     * Writes it.
     *
     * @param remarks for people, at the head
     * @param decoderLines further lines, see {@link #decoderLine}
     */
    synchronized Path write(Path file, List<String> remarks, List<String> decoderLines) throws IOException {
        List<String> lines = new ArrayList<>();
        remarks.forEach(remark -> lines.add("# " + remark));
        lines.addAll(decoderLines);
        for (Piece piece : pieces) {
            boolean end = piece.bytes().length == 0;
            lines.add(piece.connection() + " " + (end ? END : HexFormat.of().formatHex(piece.bytes())));
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        return Files.write(file, lines);
    }
}
