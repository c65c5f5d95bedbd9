package io.zanzara.soak;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Everything that one client (or the broker, from outside) did and saw, with its time, in a file. One thread. */
final class Journal implements AutoCloseable {

    /** What happened. */
    enum Event {
        STARTING,
        LISTENING,
        KILLING,
        KILLED,
        CONNECTED,
        LEAVING,
        CONNECTION_ENDED,
        PUBLISH_SENT,
        PUBLISH_SENT_AGAIN,
        PUBREC_CAME,
        PUBREL_SENT,
        PUBREL_SENT_AGAIN,
        ACKNOWLEDGED,
        PUBLISH_CAME,
        PUBLISH_CAME_WITH_DUP,
        PUBREL_CAME
    }

    /**
     * One line of a journal.
     *
     * @param nanos since the beginning
     * @param message null where an event concerns none
     */
    record Line(
            String who,
            long nanos,
            Event event,
            int packetIdentifier,
            @Nullable Message message) {}

    private static final int NONE = -1;
    private static final int BYTES_OF_A_LINE = 19;

    private final long began;
    private final DataOutputStream out;

    /** @param began what all times count from, as {@link System#nanoTime} */
    Journal(Path folder, String who, long began) {
        this.began = began;
        try {
            out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(folder.resolve(who)), 32 << 10));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void note(Event event) {
        note(event, 0, NONE, NONE);
    }

    void note(Event event, int packetIdentifier, Message message) {
        note(event, packetIdentifier, message.stream(), message.number());
    }

    private void note(Event event, int packetIdentifier, int stream, int number) {
        try {
            out.writeLong(System.nanoTime() - began);
            out.writeByte(event.ordinal());
            out.writeShort(packetIdentifier);
            out.writeInt(stream);
            out.writeInt(number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Shows all lines of a journal that was closed. */
    static void read(Path file, Consumer<Line> reader) throws IOException {
        String who = String.valueOf(file.getFileName());
        Event[] events = Event.values();
        long lines = Files.size(file) / BYTES_OF_A_LINE;
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 64 << 10))) {
            for (long i = 0; i < lines; i++) {
                long nanos = in.readLong();
                Event event = events[in.readByte()];
                int packetIdentifier = in.readUnsignedShort();
                int stream = in.readInt();
                int number = in.readInt();
                Message message = stream == NONE ? null : new Message(stream, number);
                reader.accept(new Line(who, nanos, event, packetIdentifier, message));
            }
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
