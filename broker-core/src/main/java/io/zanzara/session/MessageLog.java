package io.zanzara.session;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.PendingWrite;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.QueueSize;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreReader;
import io.zanzara.store.StoreWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one session or shared group: a log with a head. Its messages are, in order: those in flight (the sender's), the {@code window} in
 * memory, then those that lie only in the store ({@code storedFrom} and above), then the {@code unconfirmed} ones whose batch is still on its
 * way. Pages are read only up to the last confirmed message; what is above is taken from memory. The queue is live when there is no part that
 * lies only in the store. Memory is bounded by the window ({@link WindowMemory}); what is unconfirmed is bounded by what publishers may have unacknowledged.
 * Owner only.
 */
final class MessageLog {

    private static final int WINDOW = 1_024;
    private static final int PAGE_BYTES = 512 << 10;

    private final ClientId client;
    private final StoreWriter writer;
    private final StoreReader reader;
    private final Mailbox mailbox;
    private final PendingWrite.Owner answers;
    private final Runnable filled;
    private final boolean durable;
    private final SequenceRanges acknowledged;

    /** Done with for good since the broker started; {@code acknowledged} has those too, and at QoS 2 those that are only received. */
    private final SequenceRanges finished = new SequenceRanges();

    /** Expired, and their deletion from the store may be under way. */
    private final SequenceRanges expired = new SequenceRanges();

    private final Backlog backlog;

    private final ArrayDeque<Entry> window = new ArrayDeque<>(0);
    private final ArrayDeque<Entry> unconfirmed = new ArrayDeque<>(0);
    private final WindowMemory memory;
    private long nextSequence;
    private long storedFrom;
    private boolean live;
    private boolean keepsWindow;
    private boolean reading;
    private int readGeneration;

    /** The last number below the head that may have come into the store, or one above the head: what was cancelled has not. */
    private long storedThrough;

    private long deletedBelow;
    private long firstExpiry;

    /**
     * @param record whose queue it is, where it begins and what of it is done
     * @param durable whether every message goes to the store; if not, only what doesn't fit the window does
     * @param next the next sequence number to give
     * @param deletedBelow below this number the store holds nothing of it
     * @param filled called when a page has come in or a message was confirmed
     * @param found told of messages of an earlier start of the broker when they are found: they were counted by nobody yet
     */
    MessageLog(
            SessionRecord record,
            SessionContext context,
            Mailbox mailbox,
            PendingWrite.Owner answers,
            Runnable filled,
            boolean durable,
            long next,
            long deletedBelow,
            Consumer<QueueSize> found) {
        this.client = record.client();
        this.writer = context.writer();
        this.reader = context.reader();
        this.memory = new WindowMemory(context);
        this.mailbox = mailbox;
        this.answers = answers;
        this.filled = filled;
        this.durable = durable;
        this.acknowledged = SequenceRanges.of(record.acknowledged());
        this.backlog = new Backlog(client, reader, record.head(), Math.min(next, context.firstSequence()) - 1, found);
        this.nextSequence = next;
        this.storedFrom = record.head();
        this.storedThrough = next - 1;
        this.deletedBelow = deletedBelow;
        this.live = record.head() >= next;
        this.firstExpiry = live ? Publication.NEVER : 0;
    }

    long nextSequence() {
        return nextSequence;
    }

    /** The lowest message that is neither in flight nor done. */
    long firstWaiting() {
        Entry first = window.peekFirst();
        if (first != null) {
            return first.sequence();
        }
        return live ? nextSequence : storedFrom;
    }

    /** Adds a message at the end and sends it to the store where it belongs there. */
    Entry append(QueueRecord template, Ticket ticket) {
        Entry entry = place(template);
        entry.ticket = ticket;
        if (durable || !live) {
            entry.write = writer.submit(client, new StoreOperation.Append(client, entry.record), answers, entry);
        } else {
            entry.durable = true;
        }
        return entry;
    }

    /** Takes the next place for a message that its QoS 2 exchange will put into the store. */
    Entry reserve(QueueRecord template) {
        Entry entry = place(template);
        entry.held = true;
        stored(entry);
        return entry;
    }

    /** Takes the next place for a message that stays in the queue of its shared group. Only while live. */
    Entry borrow(QueueRecord template) {
        Entry entry = place(template);
        entry.durable = true;
        return entry;
    }

    /** The earliest time at which a message in the store may expire; every one that an earlier start left may have expired already. */
    long firstExpiry() {
        return firstExpiry;
    }

    /** The queue was swept: what it holds now does not expire before this time, milliseconds since 1970. */
    void expectExpiry(long time) {
        firstExpiry = Math.min(firstExpiry, time);
    }

    /** A sweep begins, and all deletions of earlier ones are done: when what lies only in the store expires, it will find out anew. */
    void beginSweep() {
        expired.clear();
        firstExpiry = Publication.NEVER;
        window.forEach(entry -> expectExpiry(entry.record.publication().expiresAt()));
        unconfirmed.forEach(entry -> expectExpiry(entry.record.publication().expiresAt()));
    }

    /** A message that lies only in the store was read by a sweep. */
    void examine(QueueRecord record) {
        backlog.examine(record, isDone(record.sequence()));
    }

    /** It has expired, and its deletion is about to be submitted. */
    void expire(long sequence) {
        expired.add(sequence);
    }

    /** What lies only in the store begins later. */
    void skipTo(long sequence) {
        if (!live && sequence > storedFrom) {
            storedFrom = sequence;
        }
    }

    /** Removes a message in memory that has expired, is in the store and was never sent; null if there is none. */
    @Nullable
    Entry takeExpired(long now) {
        for (Iterator<Entry> entries = window.iterator(); entries.hasNext(); ) {
            Entry entry = entries.next();
            if (entry.durable
                    && entry.loan == null
                    && entry.record.publication().isExpired(now)) {
                entries.remove();
                memory.waitsNoMore(entry);
                return entry;
            }
        }
        return null;
    }

    private Entry place(QueueRecord template) {
        QueueRecord record = new QueueRecord(
                nextSequence++,
                template.publication(),
                template.qos(),
                template.retain(),
                template.subscriptionIdentifiers());
        Entry entry = new Entry(record);
        expectExpiry(record.publication().expiresAt());
        if (live && (!keepsWindow || isWindowFull())) {
            live = false;
            storedFrom = record.sequence();
        }
        if (live) {
            push(entry);
        } else {
            unconfirmed.add(entry);
        }
        return entry;
    }

    private void push(Entry entry) {
        window.add(entry);
        memory.waits(entry);
    }

    private boolean isWindowFull() {
        return window.size() >= WINDOW || memory.isFull();
    }

    WindowMemory memory() {
        return memory;
    }

    /** The message is in the store. */
    void confirmed(Entry entry) {
        stored(entry);
        entry.durable = true;
        entry.held = false;
        entry.write = null;
        Entry first = unconfirmed.peekFirst();
        if (first != null && (!keepsWindow || storedFrom < first.sequence() || unconfirmed.size() > WINDOW)) {
            forgetConfirmed();
        }
    }

    /** While paging, confirmed messages leave memory: the store has them. */
    private void forgetConfirmed() {
        Entry first;
        while ((first = unconfirmed.peekFirst()) != null && first.durable) {
            unconfirmed.pollFirst();
        }
    }

    /** Whether a message of a shared group can be lent: the window has room and nothing lies only in the store. */
    boolean canBorrow() {
        return live && keepsWindow && !isWindowFull();
    }

    /**
     * Returns the next message to send, without removing it; null if there is none in memory: then a page is on its way, or the queue is empty.
     *
     * @param sentMark the last number that was sent: what is acknowledged above it was dropped, not received
     */
    @Nullable
    Entry peek(long sentMark) {
        if (window.size() < WINDOW / 2 && !live && !memory.isFull()) {
            fill(sentMark);
        }
        return window.peekFirst();
    }

    Entry take() {
        Entry entry = window.removeFirst();
        memory.waitsNoMore(entry);
        return entry;
    }

    private void fill(long sentMark) {
        Entry first = unconfirmed.peekFirst();
        if (first != null && storedFrom >= first.sequence()) {
            while ((first = unconfirmed.peekFirst()) != null && !isWindowFull()) {
                unconfirmed.pollFirst();
                push(first);
                storedFrom = first.sequence() + 1;
            }
            live = unconfirmed.isEmpty() && storedFrom >= nextSequence;
        } else if (first == null && storedFrom >= nextSequence) {
            live = true;
        } else if (!reading) {
            readPage(first == null ? nextSequence - 1 : first.sequence() - 1, sentMark);
        }
    }

    private void readPage(long through, long sentMark) {
        reading = true;
        int generation = readGeneration;
        long from = storedFrom;
        int pageBytes = (int) Math.min(PAGE_BYTES, memory.limit());
        memory.expects(pageBytes);
        reader.readQueue(
                client,
                from,
                through,
                WINDOW,
                pageBytes,
                page -> mailbox.post(() -> {
                    memory.expects(-pageBytes);
                    pageRead(generation, page, through, pageBytes, sentMark);
                }));
    }

    private void pageRead(int generation, List<QueueRecord> page, long through, int pageBytes, long sentMark) {
        if (generation != readGeneration) {
            return;
        }
        reading = false;
        long bytes = 0;
        for (QueueRecord record : page) {
            bytes += record.publication().payload().length;
            boolean known = acknowledged.contains(record.sequence());
            // what lies below was dropped or has expired while the page was being read, and was forgotten since
            boolean done = record.sequence() < storedFrom
                    || finished.contains(record.sequence())
                    || expired.contains(record.sequence())
                    || (known && (record.qos() != Qos.EXACTLY_ONCE || record.sequence() > sentMark));
            backlog.examine(record, done);
            if (done) {
                if (record.sequence() >= storedFrom && !expired.contains(record.sequence())) {
                    finished.add(record.sequence());
                }
                continue;
            }
            Entry entry = new Entry(record);
            entry.durable = true;
            entry.received = known;
            push(entry);
        }
        boolean complete = page.size() < WINDOW && bytes < pageBytes;
        storedFrom = Math.max(
                storedFrom, complete ? through + 1 : page.get(page.size() - 1).sequence() + 1);
        filled.run();
    }

    /** Counts all that earlier starts left; waits for the store. Called before anything runs, at most once. */
    void countBacklog(long sentMark) {
        backlog.countAll(acknowledged, sentMark);
    }

    /** The client is there: messages are kept in memory for it from now on. */
    void open() {
        keepsWindow = true;
    }

    /**
     * The client is gone: everything from {@code head} on is forgotten here and will be read from the store again, except what is still on its
     * way there.
     *
     * @param inFlight what was sent and not acknowledged, in order
     */
    void park(List<Entry> inFlight, long head) {
        keepsWindow = false;
        readGeneration++;
        reading = false;
        List<Entry> all = new ArrayList<>(inFlight);
        all.addAll(window);
        all.addAll(unconfirmed);
        window.forEach(memory::waitsNoMore);
        window.clear();
        unconfirmed.clear();
        for (Entry entry : all) {
            if (!entry.durable) {
                unconfirmed.add(entry);
            }
        }
        // from here on it is read again, in the order of the numbers
        // [MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-4.4.0-1 of 3.1.1] [MQTT-4.6.0-1 of 3.1.1]
        storedFrom = head;
        live = head >= nextSequence;
    }

    /** Removes from what waits what a shared group has lent, or all of them have (null), and returns it. */
    List<Entry> takeLoans(@Nullable TopicFilter group) {
        List<Entry> taken = new ArrayList<>();
        window.removeIf(entry -> {
            Entry.Loan loan = entry.loan;
            boolean goes = loan != null && (group == null || loan.filter().equals(group));
            if (goes) {
                memory.waitsNoMore(entry);
                taken.add(entry);
            }
            return goes;
        });
        return taken;
    }

    /** Changes whenever what was read ahead has been forgotten. */
    int generation() {
        return readGeneration;
    }

    /** The first number that may lie only in the store. */
    long storedFrom() {
        return live ? nextSequence : storedFrom;
    }

    /** The last number that lies only in the store. */
    long storedThrough() {
        Entry first = unconfirmed.peekFirst();
        return first == null ? nextSequence - 1 : first.sequence() - 1;
    }

    boolean isDone(long sequence) {
        return acknowledged.contains(sequence) || finished.contains(sequence) || expired.contains(sequence);
    }

    /** Removes the oldest message in memory, before those only in the store, that was never sent. */
    @Nullable
    Entry takeUnsentFromWindow(long sentMark) {
        Entry entry = takeUnsent(window, sentMark);
        if (entry != null) {
            memory.waitsNoMore(entry);
        }
        return entry;
    }

    /** Removes the oldest message that is on its way to the store and was never sent. */
    @Nullable
    Entry takeUnsentFromUnconfirmed(long sentMark) {
        return takeUnsent(unconfirmed, sentMark);
    }

    private static @Nullable Entry takeUnsent(ArrayDeque<Entry> from, long sentMark) {
        for (Iterator<Entry> entries = from.iterator(); entries.hasNext(); ) {
            Entry entry = entries.next();
            if (entry.sequence() > sentMark && !entry.held && !entry.received && entry.loan == null) {
                entries.remove();
                return entry;
            }
        }
        return null;
    }

    /** A message that was never sent is dropped, the oldest there was: it is skipped wherever it turns up again. */
    void discard(long sequence, long sentMark) {
        finished.add(sequence);
        acknowledged.add(sequence);
        Entry lowest = unconfirmed.peekFirst();
        boolean first = lowest == null || lowest.sequence() > sequence;
        if (!live && sequence >= storedFrom && storedFrom > sentMark && first) {
            storedFrom = sequence + 1; // what lies below was dropped before, or is done with
        }
    }

    /** Everything in memory that is not done, for when the session ends. */
    List<Entry> drain() {
        readGeneration++;
        List<Entry> all = new ArrayList<>(window);
        all.addAll(unconfirmed);
        window.forEach(memory::waitsNoMore);
        window.clear();
        unconfirmed.clear();
        live = true;
        return all;
    }

    /** Remembers what is done with out of order, as long as something below it is not. */
    void acknowledge(long sequence, long head) {
        if (sequence > head) {
            acknowledged.add(sequence);
            finished.add(sequence);
        } else {
            forgetBelow(head);
        }
    }

    /** What lies below the head does not exist. */
    void forgetBelow(long head) {
        acknowledged.removeBelow(head);
        finished.removeBelow(head);
        expired.removeBelow(head);
    }

    /** Takes a message off that is acknowledged; true if it was never and will never be in the store. */
    boolean cancel(Entry entry) {
        PendingWrite write = entry.write;
        if (write == null) {
            return false;
        }
        boolean cancelled = write.cancel();
        if (!cancelled) {
            stored(entry); // it is on its way there
        }
        return cancelled;
    }

    private void stored(Entry entry) {
        storedThrough = Math.max(storedThrough, entry.sequence());
    }

    /** Deletes one message that is done with, above the head. */
    void delete(long sequence, Runnable whenDurable) {
        writer.submit(client, new StoreOperation.DeleteRange(client, sequence, sequence), answers, whenDurable);
    }

    /** Whether the store holds messages below {@code head} that may be deleted. */
    boolean hasGarbageBelow(long head) {
        return head > deletedBelow && storedThrough >= deletedBelow;
    }

    /** Deletes them, then runs {@code whenDurable}; the record with this head must be submitted first. */
    void deleteBelow(long head, Runnable whenDurable) {
        writer.submit(client, storedBelow(head), answers, whenDurable);
        deletedBelow = head;
    }

    /** Whether it holds no message, neither here nor in the store. */
    boolean isEmpty() {
        return window.isEmpty()
                && unconfirmed.isEmpty()
                && storedFrom() >= nextSequence
                && !reading
                && !hasGarbageBelow(nextSequence);
    }

    /** What may be in the store below {@code head}. */
    StoreOperation.DeleteQueue storedBelow(long head) {
        return new StoreOperation.DeleteQueue(client, deletedBelow, Math.min(head, storedThrough + 1));
    }

    boolean usesStore() {
        return storedThrough >= deletedBelow;
    }

    SequenceRanges acknowledged() {
        return acknowledged;
    }
}
