package io.zanzara.contract;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Subscription;
import io.zanzara.message.Will;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Every field of a record in one line of text: records with arrays have no equality, and text shows where two of them differ. */
final class Lines {

    private static final int SHOWN_BYTES = 32;

    private Lines() {}

    static String of(SessionRecord record) {
        return "session " + record.client() + " incarnation=" + record.incarnation() + " expiry="
                + record.expirySeconds() + " disconnectedAt=" + record.disconnectedAt() + " head=" + record.head()
                + " sentThrough=" + record.sentThrough() + " acknowledged=" + Arrays.toString(record.acknowledged())
                + " user=" + record.userName() + " level=" + record.protocolLevel() + " will=" + of(record.will());
    }

    static String of(ClientId client, Subscription subscription) {
        return "subscription " + client + " " + subscription;
    }

    static String of(IncomingRecord record) {
        return "incoming " + record.client() + " " + record.packetIdentifier() + " " + of(record.publication());
    }

    static String of(RetainedRecord record) {
        Publication publication = record.publication();
        return "retained " + record.topic() + " version=" + record.version() + " "
                + (publication == null ? "deleted" : of(publication));
    }

    static String of(QueueRecord record) {
        return "queued " + record.sequence() + " " + record.qos() + " retain=" + record.retain() + " identifiers="
                + Arrays.toString(record.subscriptionIdentifiers()) + " " + of(record.publication());
    }

    private static String of(@Nullable Will will) {
        return will == null
                ? "none"
                : "delay=" + will.delaySeconds() + " expiry=" + will.expirySeconds() + " " + of(will.publication());
    }

    private static String of(Publication publication) {
        return "id=" + publication.messageId() + " from=" + publication.publisher() + " topic=" + publication.topic()
                + " " + publication.qos() + " retain=" + publication.retain() + " expiresAt="
                + publication.expiresAt() + " payload=" + of(publication.payload()) + " "
                + of(publication.properties());
    }

    private static String of(PublicationProperties properties) {
        return "format=" + properties.payloadFormat() + " type=" + properties.contentType() + " response="
                + properties.responseTopic() + " correlation=" + of(properties.correlationData()) + " user="
                + properties.userProperties();
    }

    private static String of(byte @Nullable [] bytes) {
        if (bytes == null) {
            return "none";
        }
        if (bytes.length <= SHOWN_BYTES) {
            return "[" + HexFormat.of().formatHex(bytes) + "]";
        }
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        return bytes.length + " bytes with checksum " + Long.toHexString(checksum.getValue());
    }
}
