package io.zanzara.store.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.RetainHandling;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.message.UserProperty;
import io.zanzara.message.Will;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The golden file is what is on users' disks: a change that fails here needs a new layout version, not a new file. */
final class RecordCodecTest {

    private static final ClientId CLIENT = new ClientId("c");
    private static final Topic TOPIC = new Topic("test");
    private static final TopicFilter FILTER = TopicFilter.parse("t/#");

    @Test
    void recordsAreWrittenAsInTheGoldenFile() throws IOException {
        Properties golden = golden();
        Map<String, byte[]> written = samples();
        assertThat(golden.stringPropertyNames()).containsExactlyInAnyOrderElementsOf(written.keySet());
        written.forEach((name, bytes) ->
                assertThat(HexFormat.of().formatHex(bytes)).as(name).isEqualTo(golden.getProperty(name)));
    }

    @Test
    void theGoldenFileIsReadAndWrittenAgainUnchanged() throws IOException {
        Properties golden = golden();
        for (String name : golden.stringPropertyNames()) {
            byte[] bytes = HexFormat.of().parseHex(golden.getProperty(name));
            assertThat(rewritten(name, bytes)).as(name).isEqualTo(bytes);
        }
    }

    @Test
    void theIdentityIsFoundWithoutDecodingTheRest() {
        Map<String, byte[]> samples = samples();
        assertThat(RecordCodec.identityOf(bytes(samples, "queue.plain"))).isEqualTo(0x0102_0304_0506_0708L);
        assertThat(RecordCodec.identityOf(bytes(samples, "incoming"))).isEqualTo(0x0102_0304_0506_0708L);
        assertThat(RecordCodec.identityOf(bytes(samples, "session.will"))).isEqualTo(1L << 40);
        assertThat(RecordCodec.identityOf(bytes(samples, "retained.tombstone"))).isEqualTo(77);
    }

    @Test
    void anUnknownVersionIsRefusedInASentence() {
        samples().forEach((name, bytes) -> {
            byte[] newer = bytes.clone();
            newer[0] = 2;
            assertThatThrownBy(() -> rewritten(name, newer))
                    .as(name)
                    .isInstanceOf(StoreException.class)
                    .hasMessage("A stored record has layout version 2, this broker knows only 1; run the newer broker"
                            + " that wrote it.");
        });
    }

    @Test
    void everyTruncationIsRefused() {
        samples().forEach((name, bytes) -> {
            for (int length = 0; length < bytes.length; length++) {
                byte[] truncated = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> rewritten(name, truncated))
                        .as(name + " cut to " + length)
                        .isInstanceOf(StoreException.class);
            }
        });
    }

    @Test
    void bytesThatFollowARecordAreRefused() {
        samples()
                .forEach((name, bytes) -> assertThatThrownBy(
                                () -> rewritten(name, Arrays.copyOf(bytes, bytes.length + 1)))
                        .as(name)
                        .isInstanceOf(StoreException.class));
    }

    /** Seed 1: whatever the bytes are, nothing worse than a refusal comes of them, and no allocation beyond their size. */
    @Test
    void randomDamageIsRefusedOrMakesAnotherRecord() {
        SplittableRandom random = new SplittableRandom(1);
        samples().forEach((name, bytes) -> {
            for (int i = 0; i < 2_000; i++) {
                byte[] damaged = bytes.clone();
                damaged[1 + random.nextInt(bytes.length - 1)] = (byte) random.nextInt(256);
                ignoringRefusal(rest -> rewritten(name, rest), damaged);
            }
        });
    }

    private static void ignoringRefusal(Consumer<byte[]> reader, byte[] bytes) {
        try {
            reader.accept(bytes);
        } catch (StoreException refusal) {
            assertThat(refusal.getMessage()).startsWith("A stored record is damaged");
        }
    }

    private static Map<String, byte[]> samples() {
        Map<String, byte[]> samples = new LinkedHashMap<>();
        Publication plain = publication(PublicationProperties.NONE, Publication.NEVER);
        Publication full = publication(
                new PublicationProperties(
                        1,
                        "text/plain",
                        "answers/\u00e4",
                        new byte[] {0, -1},
                        List.of(new UserProperty("k", "1"), new UserProperty("k", ""))),
                1_790_000_000_123L);
        samples.put(
                "queue.plain",
                RecordCodec.encode(new QueueRecord(1, plain, Qos.AT_LEAST_ONCE, false, QueueRecord.NO_IDENTIFIERS)));
        samples.put(
                "queue.full",
                RecordCodec.encode(new QueueRecord(1, full, Qos.EXACTLY_ONCE, true, new int[] {1, 268_435_455})));
        samples.put("incoming", RecordCodec.encode(new IncomingRecord(CLIENT, 1, full)));
        samples.put("retained.message", RecordCodec.encode(new RetainedRecord(TOPIC, 77, plain)));
        samples.put("retained.tombstone", RecordCodec.encode(new RetainedRecord(TOPIC, 77, null)));
        samples.put("subscription.plain", RecordCodec.encode(Subscription.of(FILTER, Qos.AT_LEAST_ONCE)));
        samples.put(
                "subscription.full",
                RecordCodec.encode(new Subscription(
                        FILTER, Qos.EXACTLY_ONCE, true, true, RetainHandling.DO_NOT_SEND, 268_435_455)));
        samples.put("session.plain", RecordCodec.encode(session(SessionRecord.NO_RANGES, null, null)));
        long head = (1L << 40) + 5;
        samples.put(
                "session.will",
                RecordCodec.encode(session(
                        new long[] {head + 1, head + 1, head + 4, 2L << 40}, new Will(plain, 30, -1), "Zo\u00eb")));
        return samples;
    }

    private static Publication publication(PublicationProperties properties, long expiresAt) {
        return new Publication(
                0x0102_0304_0506_0708L,
                new ClientId("cli_pub"),
                TOPIC,
                Qos.AT_LEAST_ONCE,
                false,
                "Hello mqtt 1".getBytes(StandardCharsets.UTF_8),
                expiresAt,
                properties);
    }

    private static SessionRecord session(long[] ranges, @Nullable Will will, @Nullable String user) {
        long head = (1L << 40) + 5;
        return new SessionRecord(
                CLIENT,
                1L << 40,
                SessionRecord.NEVER_EXPIRES,
                SessionRecord.CONNECTED,
                head,
                head + 1_000,
                ranges,
                will,
                user,
                5);
    }

    private static byte[] rewritten(String name, byte[] bytes) {
        return switch (name.substring(0, (name + ".").indexOf('.'))) {
            case "queue" -> RecordCodec.encode(RecordCodec.queueRecord(1, bytes));
            case "incoming" -> RecordCodec.encode(RecordCodec.incoming(CLIENT, 1, bytes));
            case "retained" -> RecordCodec.encode(RecordCodec.retained(TOPIC, bytes));
            case "subscription" -> RecordCodec.encode(RecordCodec.subscription(FILTER, bytes));
            case "session" -> RecordCodec.encode(RecordCodec.session(CLIENT, bytes));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static byte[] bytes(Map<String, byte[]> samples, String name) {
        return samples.getOrDefault(name, new byte[0]);
    }

    private static Properties golden() throws IOException {
        Properties golden = new Properties();
        try (InputStream file = RecordCodecTest.class.getResourceAsStream("records-v1.properties")) {
            golden.load(file);
        }
        return golden;
    }
}
