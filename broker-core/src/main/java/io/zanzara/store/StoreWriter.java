package io.zanzara.store;

import io.zanzara.event.Counters;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit. Writes gather in lanes (by client identifier); while one batch is in flight the next one grows, so batches are as large as the
 * load, and an idle broker adds no delay: a batch leaves as soon as its lane is free. While subscribers acknowledge most messages before their
 * turn comes, batches stay small, so that fewer are written for nothing. A sealed batch is immutable and its outcome known before
 * the next one leaves; one that fails is repeated until it succeeds, because only then is it known what is stored.
 *
 * <p>{@link #submit} may be called from any thread; the order of submissions with the same key is the order in the store.
 */
public final class StoreWriter implements AutoCloseable {

    /** Hears how the store is doing; called on lane threads. */
    public interface Monitor {

        /** The store stopped or started to answer. */
        void availability(boolean available, String detail);

        /** The store refused a batch for good: nothing more can be acknowledged. */
        void failed(StoreException cause);
    }

    private static final Logger LOG = LoggerFactory.getLogger(StoreWriter.class);
    private static final PendingWrite.Owner NOBODY = writes -> {};
    private static final int MAX_BATCH = 4_096;
    private static final int MIN_BATCH = 16;

    /** So many batches a write may see leave before the next ones grow. */
    private static final int PATIENCE = 8;

    private static final int OVERHEAD = 200;
    private static final int MAX_BATCH_BYTES = 8 << 20;
    private static final long PROBE_MILLIS = 2_000;
    private static final long FIRST_RETRY_MILLIS = 20;
    private static final long LAST_RETRY_MILLIS = 1_000;

    private final Store store;
    private final Counters counters;
    private final Monitor monitor;
    private final Lane[] lanes;
    private volatile boolean closing;
    private volatile boolean abandoned;
    private final AtomicLong waitingBytes = new AtomicLong();
    private boolean available = true;

    public StoreWriter(Store store, Counters counters, Monitor monitor) {
        this.store = store;
        this.counters = counters;
        this.monitor = monitor;
        lanes = new Lane[store.lanes()];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = new Lane(i);
        }
        for (Lane lane : lanes) {
            lane.thread.start();
        }
    }

    /**
     * Hands an operation over.
     *
     * @param key decides the lane: the client whose state it changes
     * @param tag what {@code owner} wants back with the answer
     */
    public PendingWrite submit(ClientId key, StoreOperation operation, PendingWrite.Owner owner, Object tag) {
        Lane lane = lanes[Math.floorMod(key.hashCode(), lanes.length)];
        PendingWrite write = new PendingWrite(operation, owner, tag, weight(operation), lane.batches, waitingBytes);
        counters.storeWaiting.increment();
        waitingBytes.addAndGet(write.weight());
        lane.open.add(write);
        lane.wake();
        return write;
    }

    /** Hands an operation over for whose outcome nobody waits. */
    public void submit(ClientId key, StoreOperation operation) {
        submit(key, operation, NOBODY, NOBODY);
    }

    /** Returns about how many bytes wait for their batch, or for the end of it: what a budget of memory is held against. */
    public long waitingBytes() {
        return waitingBytes.get();
    }

    private static int weight(StoreOperation operation) {
        if (operation instanceof StoreOperation.Append append) {
            return append.record().publication().weight();
        }
        if (operation instanceof StoreOperation.PutIncoming put) {
            return put.record().publication().weight();
        }
        if (operation instanceof StoreOperation.PutRetained put) {
            return weight(put.record());
        }
        if (operation instanceof StoreOperation.Release release) {
            return release.copies().isEmpty()
                    ? weight(release.retained())
                    : release.copies().size()
                            * release.copies().get(0).record().publication().weight();
        }
        return OVERHEAD;
    }

    private static int weight(@Nullable RetainedRecord retained) {
        Publication publication = retained == null ? null : retained.publication();
        return publication == null ? OVERHEAD : publication.weight();
    }

    private synchronized void report(boolean isAvailable, String detail) {
        if (available != isAvailable) {
            available = isAvailable;
            monitor.availability(isAvailable, detail);
        }
    }

    /** Writes what was submitted before, as far as the store answers within the time given, and stops. */
    public void close(long timeoutMillis) {
        closing = true;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        for (Lane lane : lanes) {
            lane.wake();
        }
        for (Lane lane : lanes) {
            try {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                lane.thread.join(Math.max(1, left));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        abandoned = true;
        for (Lane lane : lanes) {
            lane.wake();
        }
    }

    @Override
    public void close() {
        close(4_000);
    }

    private final class Lane implements Runnable {

        private final int number;
        private final ConcurrentLinkedQueue<PendingWrite> open = new ConcurrentLinkedQueue<>();
        private final Thread thread;
        private volatile boolean parked;
        private volatile int batches;
        private int limit = MAX_BATCH;

        Lane(int number) {
            this.number = number;
            thread = new Thread(this, "zanzara-store-" + number);
            thread.setDaemon(true);
        }

        void wake() {
            if (parked) {
                parked = false;
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void run() {
            List<StoreOperation> batch = new ArrayList<>();
            List<PendingWrite> writes = new ArrayList<>();
            while (!abandoned) {
                gather(batch, writes);
                if (writes.isEmpty()) {
                    if (closing && open.isEmpty()) {
                        return;
                    }
                    awaitWork();
                } else if (commit(List.copyOf(batch))) {
                    answer(writes);
                } else {
                    return;
                }
                batch.clear();
                writes.clear();
            }
        }

        private void awaitWork() {
            parked = true;
            if (open.isEmpty() && !closing) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(PROBE_MILLIS));
            }
            boolean idle = parked && open.isEmpty() && !closing;
            parked = false;
            if (idle && number == 0) {
                probe();
            }
        }

        private void probe() {
            try {
                store.probe();
                report(true, "the store answers");
            } catch (StoreException e) {
                if (e.isRetryable()) {
                    report(false, String.valueOf(e.getMessage()));
                } else {
                    monitor.failed(e);
                }
            }
        }

        private void gather(List<StoreOperation> batch, List<PendingWrite> writes) {
            int bytes = 0;
            int cancelled = 0;
            while (batch.size() < limit && bytes < MAX_BATCH_BYTES) {
                PendingWrite write = open.poll();
                if (write == null) {
                    break;
                }
                StoreOperation operation = write.seal();
                if (operation == null) {
                    cancelled++;
                } else {
                    batch.add(operation);
                    writes.add(write);
                    bytes += write.weight();
                }
            }
            counters.storeWaiting.add(-(cancelled + writes.size()));
            counters.storeCancelled.add(cancelled);
            if (!writes.isEmpty()) {
                adapt(cancelled, writes);
            }
        }

        /**
         * Where most of what waits is acknowledged before its turn comes, batches are small: what a large one takes along would mostly be
         * acknowledged a moment later, and would be written and deleted for nothing. As soon as something waits for long they grow again.
         */
        private void adapt(int cancelled, List<PendingWrite> writes) {
            if (batches - writes.get(0).submittedIn() >= PATIENCE) {
                limit = Math.min(MAX_BATCH, 2 * limit);
            } else if (cancelled > writes.size()) {
                limit = Math.max(MIN_BATCH, limit / 2);
            }
            int next = batches + 1;
            batches = next; // nobody else writes it
        }

        /** While nothing leaves, what was acknowledged meanwhile must not fill the memory. */
        private void forgetCancelled() {
            open.removeIf(write -> {
                boolean cancelled = write.isCancelled();
                if (cancelled) {
                    counters.storeWaiting.decrement();
                    counters.storeCancelled.increment();
                }
                return cancelled;
            });
        }

        private boolean commit(List<StoreOperation> batch) {
            long pause = FIRST_RETRY_MILLIS;
            long began = System.nanoTime();
            while (!abandoned) {
                try {
                    store.commit(number, batch);
                    counters.storeBatches.increment();
                    counters.storeOperations.add(batch.size());
                    counters.storeNanos.add(System.nanoTime() - began);
                    report(true, "the store answers");
                    return true;
                } catch (RuntimeException e) {
                    if (!(e instanceof StoreException known && known.isRetryable())) {
                        LOG.error("the store refused a batch of {} operations: {}", batch.size(), e.getMessage(), e);
                        monitor.failed(
                                e instanceof StoreException known
                                        ? known
                                        : new StoreException("the store failed: " + e, false, e));
                        return false;
                    }
                    counters.storeRetries.increment();
                    report(false, String.valueOf(e.getMessage()));
                    forgetCancelled();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
                    pause = Math.min(LAST_RETRY_MILLIS, pause * 2);
                }
            }
            return false;
        }

        private void answer(List<PendingWrite> writes) {
            waitingBytes.addAndGet(
                    -writes.stream().mapToLong(PendingWrite::weight).sum());
            Map<PendingWrite.Owner, List<PendingWrite>> byOwner = new IdentityHashMap<>();
            List<PendingWrite.Owner> order = new ArrayList<>();
            for (PendingWrite write : writes) {
                byOwner.computeIfAbsent(write.owner(), owner -> {
                            order.add(owner);
                            return new ArrayList<>();
                        })
                        .add(write);
            }
            for (PendingWrite.Owner owner : order) {
                try {
                    owner.durable(java.util.Objects.requireNonNull(byOwner.get(owner)));
                } catch (RuntimeException e) {
                    LOG.error("a listener to the store failed", e);
                }
            }
        }
    }
}
