package io.zanzara.soak;

import io.zanzara.message.ClientId;
import io.zanzara.message.Subscription;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.Store;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreVisitor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A sound store with one defect put before it. */
final class BrokenStore implements Store {

    private static final long EARLY_MILLIS = 40;
    private static final long WRITE_BACK_MILLIS = 700;

    private final Store inner;
    private final Defect defect;
    private final Random random = new Random(1);
    private final List<StoreOperation> unwritten = new ArrayList<>();
    private final ScheduledExecutorService writing = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "late writer");
        thread.setDaemon(true);
        return thread;
    });

    /** @param inner a store with one lane */
    BrokenStore(Store inner, Defect defect) {
        this.inner = inner;
        this.defect = defect;
        if (isLate()) {
            long pause = defect == Defect.NEVER_SYNCS ? WRITE_BACK_MILLIS : EARLY_MILLIS;
            writing.scheduleWithFixedDelay(this::writeBack, pause, pause, TimeUnit.MILLISECONDS);
        }
    }

    private boolean isLate() {
        return defect == Defect.ACKNOWLEDGES_EARLY || defect == Defect.NEVER_SYNCS;
    }

    @Override
    public void commit(int lane, List<StoreOperation> batch) {
        if (isLate()) {
            synchronized (unwritten) {
                unwritten.addAll(batch);
            }
        } else if (defect == Defect.FORGETS_RANGES) {
            inner.commit(lane, batch.stream().map(BrokenStore::withoutRanges).toList());
        } else {
            inner.commit(lane, batch);
        }
    }

    private void writeBack() {
        synchronized (unwritten) {
            if (!unwritten.isEmpty()) {
                inner.commit(0, List.copyOf(unwritten));
                unwritten.clear();
            }
        }
    }

    private static StoreOperation withoutRanges(StoreOperation operation) {
        if (!(operation instanceof StoreOperation.PutSession put)) {
            return operation;
        }
        SessionRecord record = put.record();
        return new StoreOperation.PutSession(new SessionRecord(
                record.client(),
                record.incarnation(),
                record.expirySeconds(),
                record.disconnectedAt(),
                record.head(),
                record.head() - 1,
                SessionRecord.NO_RANGES,
                record.will(),
                record.userName(),
                record.protocolLevel()));
    }

    @Override
    public List<QueueRecord> readQueue(ClientId client, long from, long through, int maxRecords, int maxBytes) {
        writeBack(); // the process itself sees what is in the page cache
        List<QueueRecord> page = inner.readQueue(client, from, through, maxRecords, maxBytes);
        if (defect == Defect.UNSORTED) {
            List<QueueRecord> shuffled = new ArrayList<>(page);
            Collections.shuffle(shuffled, random);
            return shuffled;
        }
        return page;
    }

    @Override
    public long countQueue(ClientId client, long from, long through) {
        writeBack();
        return inner.countQueue(client, from, through);
    }

    @Override
    public void load(StoreVisitor visitor) {
        inner.load(defect == Defect.FORGETS_INCOMING ? withoutIncoming(visitor) : visitor);
    }

    private static StoreVisitor withoutIncoming(StoreVisitor visitor) {
        return new StoreVisitor() {
            @Override
            public void session(SessionRecord record) {
                visitor.session(record);
            }

            @Override
            public void subscription(ClientId client, Subscription subscription) {
                visitor.subscription(client, subscription);
            }

            @Override
            public void incoming(IncomingRecord record) {
                // forgotten
            }

            @Override
            public void retained(RetainedRecord record) {
                visitor.retained(record);
            }
        };
    }

    @Override
    public String description() {
        return inner.description() + ", " + defect;
    }

    @Override
    public long open() {
        return inner.open();
    }

    @Override
    public int lanes() {
        return inner.lanes();
    }

    @Override
    public void probe() {
        inner.probe();
    }

    @Override
    public void close() {
        writing.shutdown();
        writeBack();
        inner.close();
    }
}
