package io.zanzara.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessageIdsTest {

    private static final long FIRST = 1L << 40;

    private final MessageIds ids = new MessageIds(FIRST);

    @Test
    void allConnectionsAndTheBrokerGetDifferentOnes() {
        List<CompletableFuture<List<Long>>> takers = new ArrayList<>();
        for (int taker = 0; taker < 4; taker++) {
            MessageIds.Block block = ids.newBlock();
            takers.add(CompletableFuture.supplyAsync(() -> IntStream.range(0, 50_000)
                    .mapToObj(number -> number % 7 == 0 ? ids.next() : block.next())
                    .toList()));
        }
        List<Long> taken = takers.stream().flatMap(each -> each.join().stream()).toList();
        assertThat(taken)
                .doesNotHaveDuplicates()
                .allSatisfy(id -> assertThat(id).isGreaterThan(FIRST));
    }

    /** What a client may receive is asked about again for all messages up to such a number. */
    @Test
    void oneFromTheBrokerIsAboveAllThatWereSetAside() {
        MessageIds.Block block = ids.newBlock();
        for (int message = 0; message < 1_000; message++) {
            long before = block.next();
            long now = ids.next();
            assertThat(now).isGreaterThan(before);
            assertThat(ids.next()).isGreaterThan(now);
        }
    }

    @Test
    void whoAsksSeldomSetsFewAside() {
        ids.newBlock().next();
        assertThat(ids.next()).isEqualTo(FIRST + 2);
    }
}
