package io.zanzara.routing;

import io.zanzara.event.Counter;
import io.zanzara.message.Publication;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.RetainedRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The retained message of each topic, and for a while the versions at which messages were deleted. Used from any thread. */
public final class RetainedMessages {

    // The tree changes only when a topic comes or goes; until then its message is replaced in place, in its slot,
    // without a lock. A slot whose topic
    // goes is emptied first, under the lock, and never filled again: whoever still holds it sees that and looks for its
    // successor.

    private final Object growing = new Object();
    private volatile LevelTree<AtomicReference<@Nullable RetainedRecord>> root = LevelTree.empty();
    private final Counter live;

    public RetainedMessages() {
        this(new Counter());
    }

    /** @param live counts the topics that have a message, up and down: nobody else writes it */
    public RetainedMessages(Counter live) {
        this.live = live;
    }

    /**
     * Makes a publication its topic's retained message, or deletes the message if the payload is empty.
     *
     * @param version that of the publication; only higher ones overwrite it, and the same again changes nothing
     * @return the record to store, or null if the topic has a higher version
     */
    public @Nullable RetainedRecord put(Publication publication, long version) {
        // [MQTT-3.3.1-6] [MQTT-3.3.1-7] [MQTT-3.3.1-10 of 3.1.1] [MQTT-3.3.1-11 of 3.1.1]
        boolean deletes = publication.payload().length == 0;
        // [MQTT-3.3.1-5] [MQTT-3.3.1-5 of 3.1.1] [MQTT-3.3.1-7 of 3.1.1]
        RetainedRecord record = new RetainedRecord(publication.topic(), version, deletes ? null : publication);
        return offer(record) ? record : null;
    }

    /** Takes over what the store holds, when the broker starts. */
    public void load(RetainedRecord record) {
        offer(record);
    }

    /** Returns the topic's message, perhaps an expired one, or null if it has none. */
    public @Nullable Publication get(Topic topic) {
        AtomicReference<@Nullable RetainedRecord> slot = root.find(topic.value());
        RetainedRecord record = slot == null ? null : slot.get();
        return record == null ? null : record.publication();
    }

    /**
     * Returns the messages whose topics match, the oldest version first.
     *
     * @param now milliseconds since 1970; what has expired by then is left out
     */
    public List<Publication> matching(TopicFilter filter, long now) {
        List<RetainedRecord> records = new ArrayList<>();
        root.forEachTopic(filter.value(), slot -> {
            RetainedRecord record = slot.get();
            Publication publication = record == null ? null : record.publication();
            if (publication != null && !publication.isExpired(now)) {
                records.add(record);
            }
        });
        records.sort(Comparator.comparingLong(RetainedRecord::version));
        List<Publication> publications = new ArrayList<>(records.size());
        for (RetainedRecord record : records) {
            if (record.publication() != null) {
                publications.add(record.publication());
            }
        }
        return publications;
    }

    /**
     * Deletes the messages that have expired, as their topics' tombstones, and forgets old tombstones.
     *
     * @param now milliseconds since 1970
     * @param tombstonesBelowVersion tombstones below this version are forgotten: no write older than that is under way any more
     * @return the tombstones of the messages that have expired, and all that were forgotten, so that the store can forget them too
     */
    public List<RetainedRecord> sweep(long now, long tombstonesBelowVersion) {
        List<RetainedRecord> swept = new ArrayList<>();
        root.forEach(slot -> {
            RetainedRecord record = slot.get();
            Publication publication = record == null ? null : record.publication();
            if (record == null || publication != null && !publication.isExpired(now)) {
                return;
            }
            RetainedRecord tombstone = new RetainedRecord(record.topic(), record.version(), null);
            boolean old = record.version() < tombstonesBelowVersion;
            if (old ? forget(slot, record) : publication != null && replace(slot, record, tombstone)) {
                swept.add(tombstone);
            }
        });
        return swept;
    }

    /** Returns how many topics have a message. */
    public int size() {
        return (int) live.sum();
    }

    private boolean offer(RetainedRecord record) {
        String topic = record.topic().value();
        while (true) {
            AtomicReference<@Nullable RetainedRecord> slot = root.find(topic);
            RetainedRecord present = slot == null ? null : slot.get();
            if (slot == null || present == null) {
                if (grow(topic, record)) {
                    return true;
                }
            } else if (present.version() > record.version()) {
                return false;
            } else if (replace(slot, present, record)) {
                return true;
            }
        }
    }

    /** Adds a topic; returns false if it is already there. */
    private boolean grow(String topic, RetainedRecord record) {
        synchronized (growing) {
            if (root.find(topic) != null) {
                return false;
            }
            AtomicReference<@Nullable RetainedRecord> slot = new AtomicReference<>(record);
            root = root.with(topic, none -> slot);
            count(null, record);
            return true;
        }
    }

    private boolean forget(AtomicReference<@Nullable RetainedRecord> slot, RetainedRecord record) {
        synchronized (growing) {
            if (!replace(slot, record, null)) {
                return false;
            }
            root = root.with(record.topic().value(), emptied -> null);
            return true;
        }
    }

    private boolean replace(
            AtomicReference<@Nullable RetainedRecord> slot, RetainedRecord present, @Nullable RetainedRecord next) {
        boolean replaced = slot.compareAndSet(present, next);
        if (replaced) {
            count(present, next);
        }
        return replaced;
    }

    private void count(@Nullable RetainedRecord before, @Nullable RetainedRecord after) {
        int change = liveIn(after) - liveIn(before);
        if (change != 0) {
            live.add(change);
        }
    }

    private static int liveIn(@Nullable RetainedRecord record) {
        return record == null || record.publication() == null ? 0 : 1;
    }
}
