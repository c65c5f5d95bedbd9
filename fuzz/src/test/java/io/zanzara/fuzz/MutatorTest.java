package io.zanzara.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.codec.Malformed;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The generators do what they are for: same seed, same bytes; the one makes valid packets, the other mostly invalid ones that are whole. */
final class MutatorTest {

    private static final int PACKETS = 5_000;

    @Test
    void theSameSeedMakesTheSameBytes() {
        Streams one = new Streams(Corpus.load(), new SplittableRandom(9));
        Streams other = new Streams(Corpus.load(), new SplittableRandom(9));
        for (int i = 0; i < PACKETS; i++) {
            assertThat(one.next().bytes()).isEqualTo(other.next().bytes());
        }
    }

    @Test
    void whatIsMadeUpIsValid() {
        SplittableRandom random = new SplittableRandom(4);
        Words words = new Words(random);
        for (int i = 0; i < PACKETS; i++) {
            PacketMaker maker = new PacketMaker(3 + i % 3, words);
            Exchange exchange = new Exchange();
            assertThat(exchange.send(maker.connect("c", true))).isTrue();
            byte[] packet = maker.any();
            boolean auth = (packet[0] & 0xF0) == 0xF0 && i % 3 < 2;
            assertThat(exchange.send(packet)).as(Arrays.toString(packet)).isEqualTo(!auth);
            exchange.release();
        }
    }

    @Test
    void whatIsDamagedIsOftenNoPacketAndSeldomHalfAPacket() throws Malformed {
        SplittableRandom random = new SplittableRandom(5);
        Mutator mutator = new Mutator(random);
        PacketMaker maker = new PacketMaker(5, new Words(random));
        int refused = 0;
        int half = 0;
        for (int i = 0; i < PACKETS; i++) {
            Exchange exchange = new Exchange();
            exchange.send(maker.connect("c", true));
            boolean good = exchange.send(mutator.mutate(maker.any(), maker.any()));
            refused += exchange.isRefused() ? 1 : 0;
            half += !good && !exchange.isRefused() ? 1 : 0;
            exchange.release();
        }
        assertThat(refused).isBetween(PACKETS / 4, PACKETS * 9 / 10);
        assertThat(half).isBetween(1, PACKETS / 5);
    }
}
