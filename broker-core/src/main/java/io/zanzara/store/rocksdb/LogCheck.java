package io.zanzara.store.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the write-ahead logs before RocksDB opens them, for what it would drop without a word. It reads a log up to the first record
 * that does not add up, since after a power cut that is the one which was not synced, and forgets the rest. But a batch is written only when the
 * one before is synced. So if a later batch begins behind that place, the record was damaged afterwards, and what follows was acknowledged.
 *
 * <p>The format is that of <a href="https://github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format">RocksDB's log</a> with its recyclable
 * records: blocks of 32 KB; in them fragments of a checksum, a length, a type, the log's number, and a part of a batch, which begins with its
 * sequence number and the count of its changes. After an unreadable fragment the search goes on where the next one must begin, which is the next block
 * if the header is unreadable too. Elsewhere it doesn't search, since a recycled log may hold old payloads, and a payload may imitate anything;
 * but if reading ends in the last block, it searches that byte by byte.
 */
final class LogCheck {

    /**
     * A place where reading ends too early.
     *
     * @param offset in bytes, where the log would have to be cut
     * @param lastSequence a number of RocksDB's that a database without a loss has reached
     */
    record Damage(Path log, long offset, long lastSequence) {}

    private static final int BLOCK = 32_768;
    private static final int HEADER = 11;
    private static final int BATCH_HEADER = 12;
    private static final int WHOLE = 5;
    private static final int FIRST = 6;
    private static final int LAST = 8;
    private static final int NONE = -1;

    private final ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C checksum = new CRC32C();
    private boolean isAnythingRead;
    private long nextSequence;
    private long sequenceUnderWay;
    private @Nullable Path endedIn;
    private long endedAt;
    private @Nullable Damage damage;

    private LogCheck() {}

    /**
     * Returns where the logs in {@code directory} seem to be damaged before their end, or null. Whether something would be lost by that depends on
     * what is in tables already, which RocksDB knows.
     */
    static @Nullable Damage suspicion(Path directory) throws IOException {
        List<Path> logs;
        try (Stream<Path> files = Files.list(directory)) {
            logs = files.filter(file -> file.getFileName().toString().matches("\\d{1,18}\\.log"))
                    .sorted(Comparator.comparingLong(LogCheck::number))
                    .toList();
        }
        LogCheck check = new LogCheck();
        for (Path log : logs) {
            check.read(log);
        }
        return check.damage;
    }

    private static long number(Path log) {
        String name = log.getFileName().toString();
        return Long.parseLong(name.substring(0, name.indexOf('.')));
    }

    private void read(Path log) throws IOException {
        int number = (int) number(log);
        boolean isReadable = true;
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            long size = channel.size();
            for (long start = 0; start < size; start += BLOCK) {
                fill(channel);
                int at = 0;
                while (at != NONE && at + HEADER <= block.limit()) {
                    boolean isValid = isValid(at, number);
                    if (isValid) {
                        take(at, isReadable);
                    } else if (isReadable) {
                        isReadable = false;
                        endedIn = log;
                        endedAt = start + at;
                    }
                    boolean isSearched = !isValid && endedAt >= start && start + BLOCK >= size;
                    at = isSearched && !isNextValid(at, number) ? at + 1 : next(at, number);
                }
            }
        }
        sequenceUnderWay = NONE;
    }

    private void fill(FileChannel channel) throws IOException {
        block.clear();
        while (block.hasRemaining() && channel.read(block) >= 0) {
            // a read may bring less than there is
        }
        block.flip();
    }

    private void take(int at, boolean isReadable) {
        int type = block.get(at + 6);
        if ((type == WHOLE || type == FIRST) && length(at) >= BATCH_HEADER) {
            long sequence = block.getLong(at + HEADER);
            long end = sequence + Integer.toUnsignedLong(block.getInt(at + HEADER + Long.BYTES));
            boolean isFollowing = !isAnythingRead && endedIn == null || sequence <= nextSequence;
            if (!isFollowing && endedIn != null) {
                long lost = type == WHOLE ? end - 1 : sequence - 1;
                damage = damage == null
                        ? new Damage(endedIn, endedAt, lost)
                        : new Damage(damage.log, damage.offset, Math.max(lost, damage.lastSequence));
            }
            sequenceUnderWay = end;
        }
        if ((type == WHOLE || type == LAST) && isReadable && sequenceUnderWay != NONE) {
            isAnythingRead = true;
            nextSequence = Math.max(nextSequence, sequenceUnderWay);
        }
    }

    private boolean isNextValid(int at, int number) {
        int next = next(at, number);
        return next != NONE && (next == block.limit() || isValid(next, number));
    }

    private boolean isValid(int at, int number) {
        if (at + HEADER > block.limit() || next(at, number) == NONE) {
            return false;
        }
        checksum.reset();
        checksum.update(block.array(), at + 6, HEADER - 6 + length(at));
        int value = (int) checksum.getValue();
        return block.getInt(at) == Integer.rotateRight(value, 15) + 0xa282ead8;
    }

    /** Returns where the next fragment begins in this block by what this one's header says; {@link #NONE} if that is no header of this log. */
    private int next(int at, int number) {
        int type = block.get(at + 6);
        int next = at + HEADER + length(at);
        boolean isHeader = type >= WHOLE && type <= LAST && block.getInt(at + 7) == number && next <= block.limit();
        return isHeader ? next : NONE;
    }

    private int length(int at) {
        return Short.toUnsignedInt(block.getShort(at + 4));
    }
}
