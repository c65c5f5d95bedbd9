package io.zanzara.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Counting by many threads, some of which have ended. */
final class CountersTest {

    private static final int THREADS = 8;
    private static final int ROUNDS = 3;
    private static final int COUNTS = 20_000;
    private static final long STEP = 16 << 10;

    private final Counters counters = new Counters();

    @Test
    void nothingIsLostWhenThreadsEnd() throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            inThreads(thread -> {
                for (int i = 0; i < COUNTS; i++) {
                    counters.queued.increment();
                    counters.inFlight.add(3);
                    counters.inFlight.decrement();
                }
            });
        }
        long all = (long) ROUNDS * THREADS * COUNTS;
        assertThat(counters.queued.sum()).isEqualTo(all);
        assertThat(counters.inFlight.sum()).isEqualTo(2 * all);
        assertThat(counters.connections.sum()).isZero();
    }

    @Test
    void anEstimateIsNearTheLevel() throws InterruptedException {
        long seed = System.nanoTime();
        inThreads(thread -> {
            SplittableRandom random = new SplittableRandom(seed + thread);
            for (int i = 0; i < COUNTS; i++) {
                counters.windowBytes.add(random.nextInt(-900, 1_000));
            }
        });
        long level = counters.windowBytes.sum();
        assertThat(level).as("seed %d", seed).isGreaterThan(THREADS * STEP);
        assertThat(counters.windowBytes.estimate())
                .as("seed %d", seed)
                .isBetween(level - THREADS * STEP, level + THREADS * STEP);
    }

    @Test
    void aThreadThatCountsMuchCountsForTwoBrokers() throws InterruptedException {
        Counters another = new Counters();
        CountingLoop loop = new CountingLoop(() -> {
            for (int i = 0; i < COUNTS; i++) {
                counters.queued.increment();
                another.queued.add(2);
                counters.inFlight.decrement();
            }
        });
        loop.start();
        loop.join();
        assertThat(counters.queued.sum()).isEqualTo(COUNTS);
        assertThat(another.queued.sum()).isEqualTo(2 * COUNTS);
        assertThat(counters.inFlight.sum()).isEqualTo(-COUNTS);
        assertThat(another.inFlight.sum()).isZero();
    }

    private static final class CountingLoop extends Thread implements CountingThread {
        private final Memory counting = new Memory();

        CountingLoop(Runnable target) {
            super(target);
        }

        @Override
        public Memory counting() {
            return counting;
        }
    }

    private interface Work {
        void by(int thread);
    }

    private static void inThreads(Work work) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            threads.add(new Thread(() -> work.by(number)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
