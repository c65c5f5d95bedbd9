package io.zanzara.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;

/** The generator that knows nothing: flips, cuts, doubles, inserts and splices bytes, and changes lengths. */
final class Mutator {

    private static final int[] LIKELY = {
        0, 0, 1, 2, 3, 4, 5, 6, 8, 9, 0x0B, 0x11, 0x12, 0x15, 0x16, 0x1F, 0x21, 0x23, 0x24, 0x26, 0x27, '#', '+', '/',
        '$', 'M', 0x7F, 0x80, 0xC0, 0xC2, 0xED, 0xEF, 0xF4, 0xFE, 0xFF
    };
    private static final int MOST_INSERTED = 40;

    private final SplittableRandom random;

    Mutator(SplittableRandom random) {
        this.random = random;
    }

    /**
     * Damages a packet.
     *
     * @param other another one, some of whose bytes may get in
     * @return a new array, perhaps empty; in seven of eight its remaining length is made to fit again
     */
    byte[] mutate(byte[] packet, byte[] other) {
        byte[] bytes = packet.clone();
        int damages = 1 + random.nextInt(random.nextInt(4) == 0 ? 6 : 2);
        for (int i = 0; i < damages; i++) {
            bytes = damage(bytes, other);
        }
        return random.nextInt(8) > 0 ? fitted(bytes) : bytes;
    }

    private byte[] damage(byte[] bytes, byte[] other) {
        if (bytes.length == 0) {
            return other.clone();
        }
        int at = position(bytes.length);
        int length = 1 + random.nextInt(Math.min(bytes.length - at, 1 + random.nextInt(MOST_INSERTED)));
        return switch (random.nextInt(8)) {
            case 0 -> with(bytes, at, bytes[at] ^ 1 << random.nextInt(8));
            case 1 -> with(bytes, at, LIKELY[random.nextInt(LIKELY.length)]);
            case 2 -> replaced(bytes, at, length, new byte[0]);
            case 3 -> replaced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
            case 4 -> replaced(bytes, at, 0, noise(length));
            case 5 -> spliced(bytes, at, other);
            case 6 -> withLength(bytes, at);
            default -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
        };
    }

    /** Mostly not the first two bytes: a wrong type or length ends it all too soon. */
    private int position(int length) {
        return length > 2 && random.nextInt(8) > 0 ? 2 + random.nextInt(length - 2) : random.nextInt(length);
    }

    private static byte[] with(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        return bytes;
    }

    /** Changes a two-byte length, or what looks like one. */
    private byte[] withLength(byte[] bytes, int at) {
        int value = random.nextInt(4) == 0 ? 0xFFFF - random.nextInt(2) : random.nextInt(bytes.length + 2);
        bytes[at] = (byte) (value >> 8);
        if (at + 1 < bytes.length) {
            bytes[at + 1] = (byte) value;
        }
        return bytes;
    }

    private byte[] spliced(byte[] bytes, int at, byte[] other) {
        if (other.length == 0) {
            return bytes;
        }
        int from = random.nextInt(other.length);
        int to = from + 1 + random.nextInt(other.length - from);
        return replaced(bytes, at, random.nextInt(bytes.length - at + 1), Arrays.copyOfRange(other, from, to));
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] replaced(byte[] bytes, int at, int length, byte[] by) {
        byte[] result = new byte[bytes.length - length + by.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(by, 0, result, at, by.length);
        System.arraycopy(bytes, at + length, result, at + by.length, bytes.length - at - length);
        return result;
    }

    /** Writes the remaining length that fits to what follows it. */
    private static byte[] fitted(byte[] bytes) {
        int header = 1;
        while (header < bytes.length && header < 4 && bytes[header] < 0) {
            header++;
        }
        if (++header > bytes.length) {
            return bytes;
        }
        int rest = bytes.length - header;
        byte[] length = new byte[rest < 128 ? 1 : rest < 16_384 ? 2 : 3];
        for (int i = 0; i < length.length; i++) {
            length[i] = (byte) (rest >> 7 * i & 0x7F | (i < length.length - 1 ? 0x80 : 0));
        }
        return replaced(bytes, 1, header - 1, length);
    }
}
