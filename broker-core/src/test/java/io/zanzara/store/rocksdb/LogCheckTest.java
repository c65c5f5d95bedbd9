package io.zanzara.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.store.rocksdb.LogCheck.Damage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs made by hand; real ones are in {@code DamagedLogTest}. */
final class LogCheckTest {

    private static final int BLOCK = 32_768;
    private static final int HEADER = 11;
    private static final int WHOLE = 5;
    private static final int FIRST = 6;
    private static final int MIDDLE = 7;
    private static final int LAST = 8;

    @TempDir
    Path directory;

    @Test
    void logsThatFollowEachOtherAreFine() throws IOException {
        write(4, whole(4, 1, 3), whole(4, 4, 1));
        write(9, whole(9, 5, 2));
        assertThat(suspicion()).isNull();
    }

    @Test
    void aLaterBatchBehindADamagedOneGivesItAway() throws IOException {
        byte[] damaged = whole(4, 4, 1);
        damaged[HEADER + 20] ^= 1;
        Path log = write(4, whole(4, 1, 3), damaged, whole(4, 5, 2));
        assertThat(suspicion()).isEqualTo(new Damage(log, damaged.length, 6));
    }

    @Test
    void aDamagedHeaderIsGotOverInTheLastBlock() throws IOException {
        byte[] damaged = whole(4, 4, 1);
        damaged[4] ^= 1; // the length
        Path log = write(4, whole(4, 1, 3), damaged, whole(4, 5, 2));
        assertThat(suspicion()).isEqualTo(new Damage(log, damaged.length, 6));
    }

    @Test
    void theRestOfATornBatchIsNoLaterOne() throws IOException {
        byte[] first = fragment(4, FIRST, batch(4, 9, BLOCK - 100 - HEADER));
        first[HEADER + 20] ^= 1;
        byte[] before = fragment(4, WHOLE, batch(1, 3, 100 - HEADER));
        byte[] middle = fragment(4, MIDDLE, new byte[BLOCK - HEADER]);
        write(4, before, first, middle, fragment(4, LAST, new byte[50]));
        assertThat(suspicion()).isNull();
    }

    @Test
    void theBeginningOfABatchSaysThatTheOneBeforeWasThere() throws IOException {
        byte[] damaged = fragment(4, WHOLE, batch(1, 3, BLOCK - HEADER));
        damaged[HEADER + 20] ^= 1;
        Path log = write(4, damaged, fragment(4, FIRST, batch(4, 9, BLOCK - HEADER)));
        assertThat(suspicion()).isEqualTo(new Damage(log, 0, 3));
    }

    /** Behind its end a recycled log holds what it held before, among it payloads that a client may have made to look like a record. */
    @Test
    void oldPayloadsOfARecycledLogAreNotLookedInto() throws IOException {
        byte[] imitating = batch(1, 1, BLOCK - HEADER);
        byte[] imitation = whole(9, 1_000_000, 1);
        for (int at = 20; at + imitation.length < imitating.length; at += imitation.length) {
            System.arraycopy(imitation, 0, imitating, at, imitation.length);
        }
        ByteArrayOutputStream old = new ByteArrayOutputStream();
        for (int block = 0; block < 4; block++) {
            old.write(fragment(7, WHOLE, imitating));
        }
        byte[] recycled = old.toByteArray();
        byte[] begun = whole(9, 1, 3);
        System.arraycopy(begun, 0, recycled, 0, begun.length);
        write(9, recycled);
        assertThat(suspicion()).isNull();
    }

    private @Nullable Damage suspicion() throws IOException {
        return LogCheck.suspicion(directory);
    }

    private Path write(int number, byte[]... fragments) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] fragment : fragments) {
            bytes.write(fragment);
        }
        return Files.write(directory.resolve(String.format("%06d.log", number)), bytes.toByteArray());
    }

    private static byte[] whole(int number, long sequence, int count) {
        return fragment(number, WHOLE, batch(sequence, count, 40));
    }

    private static byte[] batch(long sequence, int count, int length) {
        ByteBuffer batch = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        return batch.putLong(sequence).putInt(count).array();
    }

    private static byte[] fragment(int number, int type, byte[] payload) {
        ByteBuffer fragment = ByteBuffer.allocate(HEADER + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        fragment.position(4);
        fragment.putShort((short) payload.length)
                .put((byte) type)
                .putInt(number)
                .put(payload);
        CRC32C checksum = new CRC32C();
        checksum.update(fragment.array(), 6, 5 + payload.length);
        int value = (int) checksum.getValue();
        return fragment.putInt(0, Integer.rotateRight(value, 15) + 0xa282ead8).array();
    }
}
