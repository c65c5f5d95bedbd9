package io.zanzara.contract;

import io.zanzara.message.ClientId;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.Sequence;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreOperation.DeleteIncoming;
import io.zanzara.store.StoreOperation.DeleteQueue;
import io.zanzara.store.StoreOperation.DeleteSession;
import io.zanzara.store.StoreOperation.DeleteSubscription;
import io.zanzara.store.StoreOperation.PurgeRetained;
import io.zanzara.store.StoreOperation.PutIncoming;
import io.zanzara.store.StoreOperation.PutRetained;
import io.zanzara.store.StoreOperation.PutSession;
import io.zanzara.store.StoreOperation.PutSubscription;
import io.zanzara.store.StoreOperation.Release;
import io.zanzara.store.StoreOperation.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches that a broker could commit, most of them with an effect, some without, and carries each operation out on the model as it is
 * made. Numbers are never given twice, as in a broker.
 */
final class RandomHistory {

    static final List<ClientId> CLIENTS =
            List.of(new ClientId("a"), new ClientId("a/b"), new ClientId("ab"), new ClientId("\u00e4"), Samples.GROUP);

    private static final List<String> TOPICS = List.of("t", "t/1", "t1");
    private static final List<String> FILTERS = List.of("t", "t/#", "$share/g/t", "+");

    private final SplittableRandom random;
    private final NaiveStore model;
    private final List<Append> appended = new ArrayList<>();
    private final Set<ClientId> written = new HashSet<>();
    private final Set<String> late = new HashSet<>();
    private long counter;
    private long epoch;

    RandomHistory(SplittableRandom random, NaiveStore model) {
        this.random = random;
        this.model = model;
    }

    List<StoreOperation> batch(long bootEpoch) {
        epoch = bootEpoch;
        written.clear();
        late.clear();
        List<StoreOperation> batch = new ArrayList<>();
        int size = 1 + random.nextInt(12);
        while (batch.size() < size) {
            StoreOperation operation = operation();
            if (operation != null) {
                batch.add(operation);
                model.apply(operation);
            }
        }
        return List.copyOf(batch);
    }

    private @Nullable StoreOperation operation() {
        ClientId client = pick(CLIENTS);
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> append(client);
            case 3 -> appended.isEmpty() ? null : pick(appended);
            case 4 -> session(client);
            case 5 -> random.nextInt(3) == 0 ? end(client) : null;
            case 6 -> subscribe(client);
            case 7 -> new DeleteSubscription(client, TopicFilter.parse(pick(FILTERS)));
            case 8 -> incoming(client);
            case 9 -> forget();
            case 10 -> deleteQueue(client);
            case 11 -> retained();
            case 12 -> purge();
            default -> release(client);
        };
    }

    private Append append(ClientId client) {
        Append append = Samples.append(client, next());
        appended.add(append);
        return append;
    }

    private StoreOperation session(ClientId client) {
        long present = incarnation(client);
        long incarnation = switch (random.nextInt(4)) {
            case 0 -> next();
            case 1 -> Math.max(0, present - 1 - random.nextInt(3));
            default -> present;
        };
        boolean withWill = random.nextBoolean();
        return new PutSession(
                Samples.session(client, incarnation, model.floor(client), withWill ? Samples.will(next()) : null));
    }

    /** A session may end before its successor begins or late; never in a batch that wrote something of it, for that may be repeated whole. */
    private @Nullable StoreOperation end(ClientId client) {
        if (written.contains(client)) {
            return null;
        }
        long present = incarnation(client);
        return random.nextInt(3) == 0
                ? new DeleteSession(client, present - 1, Math.max(0, Math.min(present, model.floor(client))))
                : new DeleteSession(client, present, next());
    }

    private StoreOperation subscribe(ClientId client) {
        written.add(client);
        return new PutSubscription(client, Samples.subscription(pick(FILTERS)));
    }

    private StoreOperation incoming(ClientId client) {
        written.add(client);
        return new PutIncoming(Samples.incoming(client, 1 + random.nextInt(3), next()));
    }

    private @Nullable StoreOperation forget() {
        if (model.incoming.isEmpty()) {
            return null;
        }
        IncomingRecord record = pick(model.incoming);
        long messageId = record.publication().messageId() + (random.nextInt(4) == 0 ? 1 : 0);
        return new DeleteIncoming(record.client(), record.packetIdentifier(), messageId);
    }

    private @Nullable StoreOperation deleteQueue(ClientId client) {
        List<QueueRecord> queue = model.queue(client);
        return queue.isEmpty()
                ? null
                : new DeleteQueue(client, pick(queue).sequence() + (random.nextBoolean() ? 1 : 0));
    }

    private StoreOperation retained() {
        String topic = pick(TOPICS);
        long version = next();
        if (random.nextInt(4) == 0) {
            late.add(topic);
            version -= random.nextInt(30);
        }
        return new PutRetained(
                random.nextInt(3) == 0 ? Samples.tombstone(topic, version) : Samples.retained(topic, version));
    }

    /** Tombstones outlive late writes, so none is purged in a batch with one. */
    private @Nullable StoreOperation purge() {
        if (model.retained.isEmpty()) {
            return null;
        }
        RetainedRecord record = pick(model.retained);
        String topic = record.topic().value();
        return late.contains(topic)
                ? null
                : new PurgeRetained(Samples.tombstone(topic, record.version() - (random.nextInt(4) == 0 ? 1 : 0)));
    }

    private @Nullable StoreOperation release(ClientId client) {
        Source source = source(client);
        if (source == null) {
            return null;
        }
        long messageId = next();
        List<Append> copies = new ArrayList<>();
        for (ClientId target : CLIENTS) {
            if (random.nextBoolean()) {
                copies.add(Samples.append(target, next(), messageId));
            }
        }
        appended.addAll(copies);
        return new Release(source, copies, random.nextBoolean() ? Samples.retained(pick(TOPICS), next()) : null);
    }

    private @Nullable Source source(ClientId client) {
        long wrong = random.nextInt(4) == 0 ? 1 : 0;
        if (random.nextBoolean() && !model.incoming.isEmpty()) {
            IncomingRecord record = pick(model.incoming);
            return new Source.Incoming(
                    record.client(),
                    record.packetIdentifier(),
                    record.publication().messageId() + wrong);
        }
        List<QueueRecord> queue = model.queue(client);
        if (random.nextBoolean() && !queue.isEmpty()) {
            QueueRecord record = pick(queue);
            return new Source.Queued(
                    client, record.sequence(), record.publication().messageId() + wrong);
        }
        for (SessionRecord session : model.sessions) {
            if (session.client().equals(client) && session.will() != null) {
                return new Source.StoredWill(
                        client, session.will().publication().messageId() + wrong);
            }
        }
        return null;
    }

    private long incarnation(ClientId client) {
        return model.sessions.stream()
                .filter(session -> session.client().equals(client))
                .mapToLong(SessionRecord::incarnation)
                .findFirst()
                .orElseGet(this::next);
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private long next() {
        return Sequence.first(epoch) + ++counter;
    }
}
