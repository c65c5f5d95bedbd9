package io.zanzara.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.message.Publication;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.RetainedRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Retained messages against a map, then by several threads. */
class RetainedMessagesModelTest {

    private static final int WRITERS = 3;

    private final RetainedMessages retained = new RetainedMessages();
    private final Map<Topic, RetainedRecord> model = new HashMap<>();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesLikeAMap(long seed) {
        RandomTopics random = new RandomTopics(seed);
        for (int now = 0; now < 4_000; now++) {
            Topic topic = random.topic();
            if (random.below(20) == 0) {
                long bound = (now - random.below(100)) * 4_000L;
                assertThat(retained.sweep(now, bound)).containsExactlyInAnyOrderElementsOf(sweptModel(now, bound));
            } else {
                long version = (now - random.below(20)) * 4_000L + now; // sometimes late, never twice the same
                long expiresAt = random.below(3) == 0 ? now + random.below(200) : Publication.NEVER;
                Publication publication = random.below(3) == 0
                        ? RetainedMessagesTest.empty(topic.value())
                        : RetainedMessagesTest.publication(topic.value(), expiresAt);
                assertThat(retained.put(publication, version)).isEqualTo(putModel(publication, version));
            }
            RetainedRecord record = model.get(topic);
            assertThat(retained.get(topic)).isSameAs(record == null ? null : record.publication());
            TopicFilter filter = random.filter();
            assertThat(retained.matching(filter, now)).isEqualTo(matchingModel(filter, now));
            assertThat(retained.size()).isEqualTo(live());
        }
    }

    /** The last write of each topic wins, though sweeps forget topics and writers bring them back. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void losesNothingAcrossThreads(long seed) throws Exception {
        AtomicLong versions = new AtomicLong();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            AtomicLongArray underWay = new AtomicLongArray(WRITERS);
            List<Future<Map<String, Long>>> writers = new ArrayList<>();
            for (int number = 0; number < WRITERS; number++) {
                int writer = number;
                SplittableRandom random = new SplittableRandom(seed * WRITERS + number);
                writers.add(threads.submit(() -> {
                    Map<String, Long> written = new HashMap<>();
                    for (int step = 0; step < 20_000; step++) {
                        String topic = "a/" + random.nextInt(3);
                        underWay.set(writer, versions.get());
                        long version = versions.incrementAndGet();
                        boolean deletes = random.nextInt(3) == 0;
                        retained.put(
                                deletes
                                        ? RetainedMessagesTest.empty(topic)
                                        : RetainedMessagesTest.publication(topic, Publication.NEVER),
                                version);
                        written.put(topic, deletes ? -version : version);
                        if (random.nextInt(4) == 0) {
                            retained.sweep(0, lowest(underWay));
                        }
                    }
                    underWay.set(writer, Long.MAX_VALUE);
                    return written;
                }));
            }
            Map<String, Long> last = new HashMap<>();
            for (Future<Map<String, Long>> writer : writers) {
                writer.get()
                        .forEach((topic, version) -> last.merge(
                                topic, version, (one, other) -> Math.abs(one) > Math.abs(other) ? one : other));
            }
            last.forEach((topic, version) ->
                    assertThat(retained.get(new Topic(topic)) != null).as(topic).isEqualTo(version > 0));
            assertThat(retained.size()).isEqualTo((int)
                    last.values().stream().filter(version -> version > 0).count());
        } finally {
            threads.shutdownNow();
        }
    }

    private static long lowest(AtomicLongArray numbers) {
        return IntStream.range(0, numbers.length())
                .mapToLong(numbers::get)
                .min()
                .orElseThrow();
    }

    private @Nullable RetainedRecord putModel(Publication publication, long version) {
        RetainedRecord present = model.get(publication.topic());
        if (present != null && present.version() > version) {
            return null;
        }
        RetainedRecord record = new RetainedRecord(
                publication.topic(), version, publication.payload().length == 0 ? null : publication);
        model.put(publication.topic(), record);
        return record;
    }

    private List<RetainedRecord> sweptModel(long now, long bound) {
        List<RetainedRecord> swept = new ArrayList<>();
        for (RetainedRecord record : List.copyOf(model.values())) {
            Publication publication = record.publication();
            boolean expires = publication != null && publication.isExpired(now);
            boolean forgotten = (publication == null || expires) && record.version() < bound;
            RetainedRecord tombstone = new RetainedRecord(record.topic(), record.version(), null);
            if (forgotten) {
                model.remove(record.topic());
            } else if (expires) {
                model.put(record.topic(), tombstone);
            }
            if (forgotten || expires) {
                swept.add(tombstone);
            }
        }
        return swept;
    }

    private List<Publication> matchingModel(TopicFilter filter, long now) {
        return model.values().stream()
                .filter(record -> filter.matches(record.topic()))
                .sorted(Comparator.comparingLong(RetainedRecord::version))
                .map(RetainedRecord::publication)
                .filter(Objects::nonNull)
                .filter(publication -> !publication.isExpired(now))
                .toList();
    }

    private int live() {
        return (int) model.values().stream()
                .filter(record -> record.publication() != null)
                .count();
    }
}
