package io.zanzara.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.event.Counters;
import io.zanzara.message.ClientId;
import io.zanzara.store.memory.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much a batch takes along. */
class StoreWriterTest implements StoreWriter.Monitor {

    private static final ClientId CLIENT = new ClientId("client");
    private static final int SMALLEST = 16;
    private static final int LARGEST = 4_096;

    private final SynchronousQueue<Integer> begun = new SynchronousQueue<>();
    private final Semaphore mayEnd = new Semaphore(0);
    private final StoreWriter writer = new StoreWriter(new SteppedStore(), new Counters(), this);

    /** A store whose batches tell their sizes and then wait until they may end. */
    private final class SteppedStore implements ForwardingStore {
        @Override
        public Store inner() {
            return new MemoryStore();
        }

        @Override
        public void commit(int lane, List<StoreOperation> batch) {
            try {
                begun.put(batch.size());
                mayEnd.acquire();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void availability(boolean available, String detail) {}

    @Override
    public void failed(StoreException cause) {}

    @AfterEach
    void stop() {
        mayEnd.release(Integer.MAX_VALUE / 2);
        writer.close(1);
    }

    private List<PendingWrite> submit(int number) {
        List<PendingWrite> writes = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            writes.add(writer.submit(CLIENT, new StoreOperation.DeleteQueue(CLIENT, 1), answered -> {}, CLIENT));
        }
        return writes;
    }

    private int nextBatch() throws InterruptedException {
        mayEnd.release();
        return begun.take();
    }

    private void acknowledgeMostBeforeTheirBatchLeaves() throws InterruptedException {
        submit(1);
        begun.take();
        for (int limit = LARGEST; limit > SMALLEST; limit /= 2) {
            submit(3).subList(1, 3).forEach(PendingWrite::cancel);
            assertThat(nextBatch()).isEqualTo(1);
        }
    }

    @Test
    void aBatchTakesAllThatWaits() throws InterruptedException {
        submit(1);
        begun.take();
        submit(LARGEST + 1);
        assertThat(nextBatch()).isEqualTo(LARGEST);
        assertThat(nextBatch()).isEqualTo(1);
    }

    @Test
    void whereMostIsCancelledBatchesAreSmallUntilSomethingWaits() throws InterruptedException {
        acknowledgeMostBeforeTheirBatchLeaves();
        int left = 2 * LARGEST;
        submit(left);
        List<Integer> sizes = new ArrayList<>();
        while (left > 0) {
            sizes.add(nextBatch());
            left -= sizes.get(sizes.size() - 1);
        }
        assertThat(sizes.subList(0, 9)).containsOnly(SMALLEST);
        assertThat(sizes.subList(9, 16)).containsExactly(32, 64, 128, 256, 512, 1_024, 2_048);
    }
}
