package io.zanzara.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.zanzara.codec.PacketCases.PacketCase;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes: a packet, null or {@link Malformed}; any other exception fails these tests, a read past the end among them. */
final class ArbitraryBytesTest {

    private static final int MAX_PACKET_BYTES = 100_000;
    private static final int STREAMS = 20_000;
    private static final int[] FIRST_BYTES = {
        0x10, 0x20, 0x30, 0x32, 0x34, 0x40, 0x50, 0x62, 0x70, 0x82, 0x90, 0xA2, 0xB0, 0xC0, 0xD0, 0xE0, 0xF0
    };
    private static final int[] LIKELY = {
        0, 0, 0, 1, 1, 2, 3, 4, 5, 8, 9, 0x0B, 0x11, 0x15, 0x16, 0x1F, 0x21, 0x23, 0x26, 0x27, 'a', 0x7F, 0x80, 0xC2,
        0xED, 0xFF
    };

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void survivesRandomBytes(long seed) throws Malformed {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < STREAMS; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            for (int level = 0; level <= 5; level = level == 0 ? 3 : level + 1) {
                readAll(PacketReaderTest.readerFor(true, level), bytes);
            }
            readAll(PacketReader.forClient(3 + i % 3, MAX_PACKET_BYTES), bytes);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {4, 5, 6})
    void survivesBytesThatLookLikePackets(long seed) throws Malformed {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < STREAMS; i++) {
            byte[] bytes = new byte[2 + random.nextInt(60)];
            for (int k = 0; k < bytes.length; k++) {
                bytes[k] = (byte) LIKELY[random.nextInt(LIKELY.length)];
            }
            bytes[0] = (byte) FIRST_BYTES[random.nextInt(FIRST_BYTES.length)];
            bytes[1] = (byte) (bytes.length - 2);
            for (int level = 3; level <= 5; level++) {
                readAll(PacketReaderTest.readerFor(true, level), bytes);
                readAll(PacketReader.forClient(level, MAX_PACKET_BYTES), bytes);
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {7, 8})
    void survivesDamagedPackets(long seed) throws Malformed {
        SplittableRandom random = new SplittableRandom(seed);
        for (PacketCase row : PacketCases.all()) {
            for (int i = 0; i < 60; i++) {
                byte[] bytes = row.bytes().clone();
                int damages = 1 + random.nextInt(3);
                for (int k = 0; k < damages; k++) {
                    int at = random.nextInt(bytes.length);
                    bytes[at] =
                            (byte) (random.nextBoolean() ? random.nextInt(256) : LIKELY[random.nextInt(LIKELY.length)]);
                }
                readAll(PacketReaderTest.readerFor(row.fromClient(), row.protocolLevel()), bytes);
            }
        }
    }

    /** The buffer ends with the bytes, so that reading past them throws. */
    private static void readAll(PacketReader reader, byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        int position = 0;
        try {
            while (reader.read(in) != null) {
                assertThat(in.readerIndex()).isGreaterThan(position);
                position = in.readerIndex();
            }
        } catch (Malformed malformed) {
            assertThat(malformed.getMessage()).isNotEmpty();
        }
        assertThat(in.readerIndex()).isEqualTo(position);
    }
}
