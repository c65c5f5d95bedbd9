package io.zanzara.store.record;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.RetainHandling;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.message.Will;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreException;
import java.util.function.Function;

/**
 * Turns records into bytes and back. What a store has in its keys (client, sequence number, packet identifier, topic, filter) is not repeated
 * in the bytes.
 *
 * <p>The first byte is the version of the layout. The number by which a record is told from another in its place (a message's
 * {@code messageId}, a session's incarnation, a retained message's version) follows at once, so that a store can look at it without decoding
 * the rest: {@link #identityOf}.
 */
public final class RecordCodec {

    private static final int VERSION = 1;

    private static final int QOS = 0b11;
    private static final int RETAIN = 1 << 2;
    private static final int IDENTIFIERS = 1 << 3;

    private static final int NO_LOCAL = 1 << 2;
    private static final int RETAIN_AS_PUBLISHED = 1 << 3;
    private static final int RETAIN_HANDLING_SHIFT = 4;

    private static final int WILL = 1;
    private static final int USER_NAME = 1 << 1;

    private static final int SMALL = 64;

    private RecordCodec() {}

    public static byte[] encode(QueueRecord record) {
        RecordWriter to = start(record.publication());
        int[] identifiers = record.subscriptionIdentifiers();
        to.writeByte(
                record.qos().value() | (record.retain() ? RETAIN : 0) | (identifiers.length > 0 ? IDENTIFIERS : 0));
        if (identifiers.length > 0) {
            to.writeCount(identifiers.length);
            for (int identifier : identifiers) {
                to.writeCount(identifier);
            }
        }
        return to.toBytes();
    }

    public static QueueRecord queueRecord(long sequence, byte[] bytes) {
        return decode(bytes, from -> {
            Publication publication = PublicationCodec.read(from);
            int flags = from.readByte();
            int[] identifiers = QueueRecord.NO_IDENTIFIERS;
            if ((flags & IDENTIFIERS) != 0) {
                identifiers = new int[from.readSize(1)];
                for (int i = 0; i < identifiers.length; i++) {
                    identifiers[i] = (int) from.readCount();
                }
            }
            return new QueueRecord(sequence, publication, Qos.of(flags & QOS), (flags & RETAIN) != 0, identifiers);
        });
    }

    public static byte[] encode(IncomingRecord record) {
        return start(record.publication()).toBytes();
    }

    public static IncomingRecord incoming(ClientId client, int packetIdentifier, byte[] bytes) {
        return decode(bytes, from -> new IncomingRecord(client, packetIdentifier, PublicationCodec.read(from)));
    }

    public static byte[] encode(RetainedRecord record) {
        Publication publication = record.publication();
        RecordWriter to = start(record.version(), publication == null ? SMALL : publication.weight());
        to.writeByte(publication == null ? 0 : 1);
        if (publication != null) {
            PublicationCodec.write(to, publication);
        }
        return to.toBytes();
    }

    public static RetainedRecord retained(Topic topic, byte[] bytes) {
        return decode(bytes, from -> {
            long version = from.readLong();
            return new RetainedRecord(topic, version, from.readByte() == 0 ? null : PublicationCodec.read(from));
        });
    }

    public static byte[] encode(Subscription subscription) {
        return new RecordWriter(SMALL)
                .writeByte(VERSION)
                .writeByte(subscription.qos().value()
                        | (subscription.noLocal() ? NO_LOCAL : 0)
                        | (subscription.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0)
                        | subscription.retainHandling().ordinal() << RETAIN_HANDLING_SHIFT)
                .writeCount(subscription.identifier())
                .toBytes();
    }

    public static Subscription subscription(TopicFilter filter, byte[] bytes) {
        return decode(bytes, from -> {
            int flags = from.readByte();
            return new Subscription(
                    filter,
                    Qos.of(flags & QOS),
                    (flags & NO_LOCAL) != 0,
                    (flags & RETAIN_AS_PUBLISHED) != 0,
                    RetainHandling.of(flags >> RETAIN_HANDLING_SHIFT),
                    (int) from.readCount());
        });
    }

    public static byte[] encode(SessionRecord record) {
        Will will = record.will();
        RecordWriter to = start(record.incarnation(), 2 * SMALL)
                .writeByte((will != null ? WILL : 0) | (record.userName() != null ? USER_NAME : 0))
                .writeByte(record.protocolLevel())
                .writeCount(record.expirySeconds())
                .writeLong(record.disconnectedAt())
                .writeLong(record.head())
                .writeLong(record.sentThrough())
                .writeCount(record.acknowledged().length);
        long previous = record.head();
        for (long edge : record.acknowledged()) {
            to.writeCount(edge - previous); // ascending from the head on, so the differences are small
            previous = edge;
        }
        if (record.userName() != null) {
            to.writeText(record.userName());
        }
        if (will != null) {
            to.writeCount(will.delaySeconds()).writeLong(will.expirySeconds());
            PublicationCodec.write(to, will.publication());
        }
        return to.toBytes();
    }

    public static SessionRecord session(ClientId client, byte[] bytes) {
        return decode(bytes, from -> {
            long incarnation = from.readLong();
            int flags = from.readByte();
            int protocolLevel = from.readByte();
            long expirySeconds = from.readCount();
            long disconnectedAt = from.readLong();
            long head = from.readLong();
            long sentThrough = from.readLong();
            long[] acknowledged = readRanges(from, head);
            String userName = (flags & USER_NAME) != 0 ? from.readText() : null;
            Will will = (flags & WILL) != 0 ? readWill(from) : null;
            return new SessionRecord(
                    client,
                    incarnation,
                    expirySeconds,
                    disconnectedAt,
                    head,
                    sentThrough,
                    acknowledged,
                    will,
                    userName,
                    protocolLevel);
        });
    }

    /** Returns the number that tells this record from another under the same key; subscriptions have none. */
    public static long identityOf(byte[] bytes) {
        requireVersion(bytes);
        return new RecordReader(bytes, 1).readLong();
    }

    private static long[] readRanges(RecordReader from, long head) {
        int size = from.readSize(1);
        if (size == 0) {
            return SessionRecord.NO_RANGES;
        }
        long[] ranges = new long[size];
        long previous = head;
        for (int i = 0; i < size; i++) {
            previous += from.readCount();
            ranges[i] = previous;
        }
        return ranges;
    }

    private static Will readWill(RecordReader from) {
        long delaySeconds = from.readCount();
        long expirySeconds = from.readLong();
        return new Will(PublicationCodec.read(from), delaySeconds, expirySeconds);
    }

    private static RecordWriter start(Publication publication) {
        RecordWriter to = new RecordWriter(publication.weight()).writeByte(VERSION);
        PublicationCodec.write(to, publication);
        return to;
    }

    private static RecordWriter start(long identity, int expectedSize) {
        return new RecordWriter(expectedSize).writeByte(VERSION).writeLong(identity);
    }

    private static <T> T decode(byte[] bytes, Function<RecordReader, T> layout) {
        requireVersion(bytes);
        RecordReader from = new RecordReader(bytes, 1);
        try {
            T record = layout.apply(from);
            from.requireEnd();
            return record;
        } catch (IllegalArgumentException invalid) { // a value that cannot be, such as QoS 3 or a topic with a wildcard
            throw new StoreException(
                    "A stored record is damaged: " + invalid.getMessage() + "; restore the store from a backup.",
                    false,
                    invalid);
        }
    }

    private static void requireVersion(byte[] bytes) {
        if (bytes.length == 0) {
            throw new StoreException("A stored record is damaged: it is empty; restore the store from a backup.");
        }
        if (bytes[0] != VERSION) {
            throw new StoreException("A stored record has layout version " + bytes[0] + ", this broker knows only "
                    + VERSION + "; run the newer broker that wrote it.");
        }
    }
}
