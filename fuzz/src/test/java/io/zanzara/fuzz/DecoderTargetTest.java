package io.zanzara.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.zanzara.codec.Malformed;
import io.zanzara.codec.Packet;
import io.zanzara.fuzz.Corpus.Seed;
import io.zanzara.fuzz.Findings.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The broker's decoder passes; decoders that are broken on purpose do not. */
final class DecoderTargetTest {

    private static final long PACKETS = 5_000;

    /** What is wrong with a decoder. */
    private enum Defect {
        THROWS_ON_A_SHORT_PACKET(Kind.EXCEPTION),
        RETAINS_BUFFERS(Kind.LEAK),
        BELIEVES_THE_LENGTH(Kind.TOO_MUCH_MEMORY),
        TAKES_ONE_BYTE_LESS(Kind.READS_BEYOND),
        TAKES_BYTES_OF_HALF_A_PACKET(Kind.READS_BEYOND),
        READS_ANOTHER_VALUE(Kind.ROUND_TRIP);

        private final Kind kind;

        Defect(Kind kind) {
            this.kind = kind;
        }

        @Nullable
        Packet read(Decoder sound, ByteBuf in) throws Malformed {
            int start = in.readerIndex();
            if (this == THROWS_ON_A_SHORT_PACKET) {
                in.getByte(start + 3);
            }
            if (this == BELIEVES_THE_LENGTH && in.isReadable(2)) {
                byte[] room = new byte[Math.max(0, (in.getByte(start + 1) & 0x7F) << 14)];
                Arrays.fill(room, (byte) 1);
            }
            Packet packet = sound.read(in);
            if (this == RETAINS_BUFFERS && packet instanceof Packet.Publish) {
                in.retain();
            }
            if (this == TAKES_ONE_BYTE_LESS && packet instanceof Packet.Disconnect) {
                in.readerIndex(in.readerIndex() - 1);
            }
            if (this == TAKES_BYTES_OF_HALF_A_PACKET && packet == null) {
                in.skipBytes(1);
            }
            return this == READS_ANOTHER_VALUE && packet instanceof Packet.Disconnect disconnect
                    ? new Packet.Disconnect(disconnect.reasonCode(), disconnect.sessionExpiry() + 1, null, null)
                    : packet;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void theBrokersDecoderPasses(long seed) {
        Findings findings = new Findings();
        DecoderRun run = DecoderRun.own(findings);
        run.run(PACKETS, new SplittableRandom(seed), line -> {});

        assertThat(findings.kept()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenDecoderIsFoundAndWhatItWasGivenIsKept(Defect defect) {
        Findings findings = new Findings();
        DecoderRun run = new DecoderRun(
                (server, level) -> {
                    Decoder sound = Decoder.own(server, level, DecoderRun.MAX_PACKET_BYTES);
                    return in -> defect.read(sound, in);
                },
                findings);
        run.run(PACKETS, new SplittableRandom(3), line -> {});

        assertThat(findings.count(defect.kind)).as(findings.toString()).isPositive();
        assertThat(run.lines()).isNotEmpty().allMatch(line -> line.startsWith(Journal.DECODER + " "));
    }

    /** All that was ever found stays found: the corpus as it is, undamaged. */
    @Test
    void theCorpusPasses() {
        Findings findings = new Findings();
        DecoderRun run = DecoderRun.own(findings);
        List<Seed> corpus = Corpus.load().all();
        for (int i = 0; i < 8; i++) {
            corpus.forEach(run::accept);
        }

        assertThat(findings.kept()).isEmpty();
        assertThat(corpus).hasSizeGreaterThan(400);
    }
}
