package io.zanzara.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.conformance.Spec;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.RetainedRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetainedMessagesTest {

    private final RetainedMessages retained = new RetainedMessages();

    @Test
    @Spec(
            v5 = {"MQTT-3.3.1-5"},
            v311 = {"MQTT-3.3.1-5"})
    void keepsTheHighestVersion() {
        Publication first = publication("a", Publication.NEVER);
        Publication second = publication("a", Publication.NEVER);

        assertThat(retained.put(second, 2)).isEqualTo(new RetainedRecord(second.topic(), 2, second));
        assertThat(retained.put(first, 1)).isNull();

        assertThat(retained.get(new Topic("a"))).isSameAs(second);
        assertThat(retained.get(new Topic("b"))).isNull();
        assertThat(retained.get(new Topic("a/b"))).isNull();
        assertThat(retained.size()).isEqualTo(1);
    }

    @Test
    void repeatsTheSameVersion() {
        Publication publication = publication("a", Publication.NEVER);
        retained.put(publication, 1);

        assertThat(retained.put(publication, 1)).isEqualTo(new RetainedRecord(publication.topic(), 1, publication));
        assertThat(retained.size()).isEqualTo(1);
    }

    @Test
    @Spec(
            v5 = {"MQTT-3.3.1-6", "MQTT-3.3.1-7"},
            v311 = {"MQTT-3.3.1-10", "MQTT-3.3.1-11"})
    void remembersADeletion() {
        retained.put(publication("a", Publication.NEVER), 1);

        assertThat(retained.put(empty("a"), 3)).isEqualTo(new RetainedRecord(new Topic("a"), 3, null));
        assertThat(retained.put(publication("a", Publication.NEVER), 2)).isNull();
        assertThat(retained.get(new Topic("a"))).isNull();
        assertThat(retained.matching(TopicFilter.parse("#"), 0)).isEmpty();
        assertThat(retained.size()).isZero();

        assertThat(retained.put(publication("a", Publication.NEVER), 4)).isNotNull();
        assertThat(retained.size()).isEqualTo(1);
    }

    @Test
    void loadsWhatWasStored() {
        Publication publication = publication("a", Publication.NEVER);
        retained.load(new RetainedRecord(publication.topic(), 2, publication));
        retained.load(new RetainedRecord(new Topic("b"), 2, null));

        assertThat(retained.get(new Topic("a"))).isSameAs(publication);
        assertThat(retained.put(publication("b", Publication.NEVER), 1)).isNull();
        assertThat(retained.size()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "a/#,    a,      true",
        "a/#,    a/,     true",
        "a/#,    ab,     false",
        "#,      /,      true",
        "#,      $SYS/a, false",
        "+/a,    $SYS/a, false",
        "$SYS/#, $SYS,   true",
        "$SYS/+, $SYS/a, true",
        "+/+,    /,      true",
        "+/+,    a,      false",
        "a//b,   a//b,   true",
        "a/#,    a/$b,   true",
        "a/+,    a/$b,   true",
        "+/#,    a,      true",
        "+/#,    $a,     false",
    })
    @Spec(
            v5 = {"MQTT-4.7.2-1"},
            v311 = {"MQTT-4.7.2-1"})
    void matchesAsTheStandardSays(String filter, String topic, boolean matches) {
        assertThat(TopicFilter.parse(filter).matches(new Topic(topic))).isEqualTo(matches);

        retained.put(publication(topic, Publication.NEVER), 1);

        assertThat(retained.matching(TopicFilter.parse(filter), 0)).hasSize(matches ? 1 : 0);
    }

    @Test
    void returnsTheOldestFirstAndNoneThatExpired() {
        retained.put(publication("b", Publication.NEVER), 3);
        retained.put(publication("c", 10), 1);
        retained.put(publication("a", 20), 2);

        assertThat(retained.matching(TopicFilter.parse("+"), 9))
                .extracting(RetainedMessagesTest::name)
                .containsExactly("c", "a", "b");
        assertThat(retained.matching(TopicFilter.parse("+"), 10))
                .extracting(RetainedMessagesTest::name)
                .containsExactly("a", "b");
        assertThat(retained.matching(TopicFilter.parse("a"), 20)).isEmpty();
    }

    @Test
    void sweepsExpiredMessagesThenTheirTombstones() {
        retained.put(publication("a", 10), 5);
        retained.put(publication("b", Publication.NEVER), 6);
        RetainedRecord tombstone = new RetainedRecord(new Topic("a"), 5, null);

        assertThat(retained.sweep(9, 5)).isEmpty();
        assertThat(retained.sweep(10, 5)).containsExactly(tombstone);
        assertThat(retained.size()).isEqualTo(1);
        assertThat(retained.put(publication("a", Publication.NEVER), 4)).isNull();

        assertThat(retained.sweep(10, 5)).isEmpty();
        assertThat(retained.sweep(10, 6)).containsExactly(tombstone);
        assertThat(retained.sweep(10, 7)).isEmpty();
        assertThat(retained.put(publication("a", Publication.NEVER), 4)).isNotNull();
    }

    @Test
    void sweepsAnOldExpiredMessageAtOnce() {
        retained.put(publication("a", 10), 5);

        assertThat(retained.sweep(10, 6)).containsExactly(new RetainedRecord(new Topic("a"), 5, null));
        assertThat(retained.sweep(10, 6)).isEmpty();
        assertThat(retained.size()).isZero();
    }

    @Test
    void keepsWhatLiesBelowAForgottenTopic() {
        retained.put(empty("a"), 1);
        retained.put(publication("a/b", Publication.NEVER), 2);

        assertThat(retained.sweep(0, 3)).hasSize(1);

        assertThat(retained.matching(TopicFilter.parse("#"), 0))
                .extracting(RetainedMessagesTest::name)
                .containsExactly("a/b");
    }

    @Test
    void takesTheLongestTopics() {
        String longest = "/".repeat(65_535);
        retained.put(publication(longest, 10), 1);

        assertThat(retained.matching(TopicFilter.parse("#"), 0)).hasSize(1);
        assertThat(retained.matching(TopicFilter.parse("+/".repeat(32_000) + "#"), 0))
                .hasSize(1);
        assertThat(retained.sweep(10, 2)).hasSize(1);
    }

    static Publication publication(String topic, long expiresAt) {
        return publication(topic, new byte[] {1}, expiresAt);
    }

    static Publication empty(String topic) {
        return publication(topic, new byte[0], Publication.NEVER);
    }

    private static Publication publication(String topic, byte[] payload, long expiresAt) {
        return new Publication(
                1,
                new ClientId("publisher"),
                new Topic(topic),
                Qos.AT_LEAST_ONCE,
                true,
                payload,
                expiresAt,
                PublicationProperties.NONE);
    }

    private static String name(Publication publication) {
        return publication.topic().value();
    }
}
