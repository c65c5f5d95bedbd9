package io.zanzara.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.Topic;
import io.zanzara.store.QueueRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against the JDK's map that keeps an order, over histories made up from a seed that is printed. */
final class InFlightTest {

    private static final int HISTORIES = 40;
    private static final int STEPS = 5_000;
    private static final Publication PUBLICATION = new Publication(
            1,
            new ClientId("c"),
            new Topic("t"),
            Qos.AT_LEAST_ONCE,
            false,
            new byte[0],
            Publication.NEVER,
            PublicationProperties.NONE);

    private final Map<Integer, Entry> model = new LinkedHashMap<>();
    private final InFlight inFlight = new InFlight();

    private static Entry entry(long sequence) {
        return new Entry(new QueueRecord(sequence, PUBLICATION, Qos.AT_LEAST_ONCE, false, QueueRecord.NO_IDENTIFIERS));
    }

    @Test
    void behavesLikeTheModel() {
        long seed = System.nanoTime();
        System.out.println("InFlightTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int history = 0; history < HISTORIES; history++) {
            play(random, 1 + random.nextInt(300), 1 + random.nextInt(200));
            inFlight.clear();
            model.clear();
            assertLikeTheModel();
        }
    }

    /** Identifiers mostly follow one another, with gaps, and wrap around; old ones may stay. */
    private void play(SplittableRandom random, int most, int gap) {
        long sequence = random.nextInt(70_000);
        for (int step = 0; step < STEPS; step++) {
            sequence += random.nextInt(20) == 0 ? random.nextInt(gap) : 1;
            Entry entry = entry(sequence);
            assertThat(inFlight.contains(entry.packetIdentifier()))
                    .isEqualTo(model.containsKey(entry.packetIdentifier()));
            if (model.size() < most && !model.containsKey(entry.packetIdentifier())) {
                inFlight.add(entry);
                model.put(entry.packetIdentifier(), entry);
            } else {
                removeOne(random);
            }
            if (random.nextInt(50) == 0) {
                assertLikeTheModel();
            }
        }
    }

    private void removeOne(SplittableRandom random) {
        List<Integer> present = new ArrayList<>(model.keySet());
        int identifier = random.nextBoolean() || present.isEmpty()
                ? 1 + random.nextInt(65_535)
                : present.get(random.nextBoolean() ? 0 : random.nextInt(present.size()));
        assertThat(inFlight.remove(identifier)).isSameAs(model.remove(identifier));
    }

    private void assertLikeTheModel() {
        List<Entry> all = new ArrayList<>();
        inFlight.forEach(all::add);
        assertThat(all).containsExactlyElementsOf(model.values());
        assertThat(inFlight.size()).isEqualTo(model.size());
        assertThat(inFlight.first()).isSameAs(all.isEmpty() ? null : all.get(0));
        model.forEach(
                (identifier, entry) -> assertThat(inFlight.get(identifier)).isSameAs(entry));
    }
}
