package io.zanzara.contract;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.message.UserProperty;
import io.zanzara.message.Will;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation.Append;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values for tests: small ones that are told apart by their {@code messageId}, and full ones in which every field says something. */
final class Samples {

    static final ClientId PUBLISHER = new ClientId("cli_pub");
    static final ClientId CLIENT = new ClientId("cli_sub");
    static final ClientId OTHER = new ClientId("cli2_sub");
    static final ClientId GROUP = new ClientId("$share/workers/test/#");
    static final Topic TOPIC = new Topic("test");

    private Samples() {}

    static Publication publication(long messageId) {
        return publication(messageId, ("Hello mqtt " + messageId).getBytes(StandardCharsets.UTF_8));
    }

    static Publication publication(long messageId, byte[] payload) {
        return new Publication(
                messageId,
                PUBLISHER,
                TOPIC,
                Qos.AT_LEAST_ONCE,
                false,
                payload,
                Publication.NEVER,
                PublicationProperties.NONE);
    }

    static Publication fullPublication(long messageId) {
        PublicationProperties properties = new PublicationProperties(
                1,
                "text/plain; charset=utf-8",
                "antwort/\u00e4\u20ac\uD83E\uDD9F",
                new byte[] {0, -1, 127, -128},
                List.of(new UserProperty("k", "1"), new UserProperty("", ""), new UserProperty("k", "\u00fc")));
        return new Publication(
                messageId,
                new ClientId("p/\u00fcber \uD83E\uDD9F"),
                new Topic("/\u00e4/\uD83E\uDD9F//"),
                Qos.EXACTLY_ONCE,
                true,
                new byte[] {0, 1, -1, (byte) 0x80},
                1_790_000_000_123L,
                properties);
    }

    /** Properties of which each is there but says as little as it can: absent and empty are different things. */
    static Publication emptyValuesPublication(long messageId) {
        PublicationProperties properties = new PublicationProperties(0, "", "", new byte[0], List.of());
        return new Publication(
                messageId, PUBLISHER, TOPIC, Qos.AT_MOST_ONCE, false, new byte[0], Long.MIN_VALUE, properties);
    }

    static QueueRecord queued(long sequence, Publication publication) {
        return new QueueRecord(sequence, publication, Qos.AT_LEAST_ONCE, false, QueueRecord.NO_IDENTIFIERS);
    }

    static Append append(ClientId client, long sequence) {
        return append(client, sequence, sequence);
    }

    static Append append(ClientId client, long sequence, long messageId) {
        return new Append(client, queued(sequence, publication(messageId)));
    }

    static SessionRecord session(ClientId client, long incarnation) {
        return session(client, incarnation, incarnation, null);
    }

    static SessionRecord session(ClientId client, long incarnation, long head, @Nullable Will will) {
        return new SessionRecord(
                client,
                incarnation,
                SessionRecord.NEVER_EXPIRES,
                SessionRecord.CONNECTED,
                head,
                head,
                SessionRecord.NO_RANGES,
                will,
                null,
                5);
    }

    static Will will(long messageId) {
        return new Will(publication(messageId), 0, -1);
    }

    static Subscription subscription(String filter) {
        return Subscription.of(TopicFilter.parse(filter), Qos.AT_LEAST_ONCE);
    }

    static IncomingRecord incoming(ClientId client, int packetIdentifier, long messageId) {
        return new IncomingRecord(client, packetIdentifier, publication(messageId));
    }

    static RetainedRecord retained(String topic, long version) {
        return new RetainedRecord(new Topic(topic), version, publication(version));
    }

    static RetainedRecord tombstone(String topic, long version) {
        return new RetainedRecord(new Topic(topic), version, null);
    }
}
