package io.zanzara.store.mongo;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.Topic;
import io.zanzara.message.Will;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreOperation.PutSession;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Small values for tests. */
final class Messages {

    static final ClientId CLIENT = new ClientId("cli_sub");
    static final ClientId OTHER = new ClientId("cli2_sub");

    private Messages() {}

    static Publication publication(long messageId) {
        return new Publication(
                messageId,
                new ClientId("cli_pub"),
                new Topic("test"),
                Qos.AT_LEAST_ONCE,
                false,
                ("Hello mqtt " + messageId).getBytes(StandardCharsets.UTF_8),
                Publication.NEVER,
                PublicationProperties.NONE);
    }

    static Append append(ClientId client, long sequence, long messageId) {
        return new Append(
                client,
                new QueueRecord(
                        sequence, publication(messageId), Qos.AT_LEAST_ONCE, false, QueueRecord.NO_IDENTIFIERS));
    }

    static PutSession session(ClientId client, long incarnation, long head, @Nullable Will will) {
        return new PutSession(new SessionRecord(
                client,
                incarnation,
                SessionRecord.NEVER_EXPIRES,
                SessionRecord.CONNECTED,
                head,
                head,
                SessionRecord.NO_RANGES,
                will,
                null,
                5));
    }
}
