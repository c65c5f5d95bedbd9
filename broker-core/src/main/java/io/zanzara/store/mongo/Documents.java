package io.zanzara.store.mongo;

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
import io.zanzara.store.StoreOperation;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonBinary;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonDocumentWriter;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.BsonWriter;
import org.bson.RawBsonDocument;
import org.bson.io.BasicOutputBuffer;
import org.jspecify.annotations.Nullable;

/** What the records look like as documents, written field by field without a map in between, and readable in a Mongo shell. */
final class Documents {

    private static final int DOCUMENT_BYTES = 512;

    private Documents() {}

    // ---- identifiers; the order of their fields is part of their value

    static BsonDocument packetId(ClientId client, long sequence) {
        return new BsonDocument("client", new BsonString(client.value())).append("seq", new BsonInt64(sequence));
    }

    static BsonDocument subscriptionId(ClientId client, TopicFilter filter) {
        return new BsonDocument("client", new BsonString(client.value()))
                .append("filter", new BsonString(filter.toString()));
    }

    /** @param number the packet identifier, 0 for a will, or the sequence number of a shared group's message */
    static BsonDocument incomingId(ClientId client, long number) {
        return new BsonDocument("client", new BsonString(client.value())).append("packetId", new BsonInt64(number));
    }

    // ---- publications

    private static void writePublication(BsonWriter out, Publication publication) {
        out.writeInt64("messageId", publication.messageId());
        out.writeString("publisher", publication.publisher().value());
        out.writeString("topic", publication.topic().value());
        out.writeInt32("publishedQos", publication.qos().value());
        out.writeBoolean("publishedRetain", publication.retain());
        out.writeBinaryData("payload", new BsonBinary(publication.payload()));
        if (publication.expiresAt() != Publication.NEVER) {
            out.writeDateTime("expiresAt", publication.expiresAt());
        }
        if (!publication.properties().isEmpty()) {
            writeProperties(out, publication.properties());
        }
    }

    private static void writeProperties(BsonWriter out, PublicationProperties properties) {
        out.writeStartDocument("properties");
        if (properties.payloadFormat() >= 0) {
            out.writeInt32("payloadFormat", properties.payloadFormat());
        }
        writeText(out, "contentType", properties.contentType());
        writeText(out, "responseTopic", properties.responseTopic());
        if (properties.correlationData() != null) {
            out.writeBinaryData("correlationData", new BsonBinary(properties.correlationData()));
        }
        out.writeStartArray("userProperties");
        for (UserProperty property : properties.userProperties()) {
            out.writeStartDocument();
            out.writeString("name", property.name());
            out.writeString("value", property.value());
            out.writeEndDocument();
        }
        out.writeEndArray();
        out.writeEndDocument();
    }

    private static void writeText(BsonWriter out, String name, @Nullable String text) {
        if (text != null) {
            out.writeString(name, text);
        }
    }

    static Publication publication(BsonDocument in) {
        return new Publication(
                in.getInt64("messageId").getValue(),
                new ClientId(in.getString("publisher").getValue()),
                new Topic(in.getString("topic").getValue()),
                Qos.of(in.getInt32("publishedQos").getValue()),
                in.getBoolean("publishedRetain").getValue(),
                in.getBinary("payload").getData(),
                in.containsKey("expiresAt") ? in.getDateTime("expiresAt").getValue() : Publication.NEVER,
                in.containsKey("properties") ? properties(in.getDocument("properties")) : PublicationProperties.NONE);
    }

    private static PublicationProperties properties(BsonDocument in) {
        List<UserProperty> userProperties = new ArrayList<>();
        for (BsonValue each : in.getArray("userProperties")) {
            BsonDocument pair = each.asDocument();
            userProperties.add(new UserProperty(
                    pair.getString("name").getValue(), pair.getString("value").getValue()));
        }
        return new PublicationProperties(
                in.containsKey("payloadFormat") ? in.getInt32("payloadFormat").getValue() : -1,
                text(in, "contentType"),
                text(in, "responseTopic"),
                in.containsKey("correlationData")
                        ? in.getBinary("correlationData").getData()
                        : null,
                List.copyOf(userProperties));
    }

    private static @Nullable String text(BsonDocument in, String name) {
        return in.containsKey(name) ? in.getString(name).getValue() : null;
    }

    // ---- packets

    /** Writes a queue record straight to bytes: this is the hot path. */
    static RawBsonDocument packet(StoreOperation.Append append) {
        BasicOutputBuffer buffer = new BasicOutputBuffer(
                DOCUMENT_BYTES + append.record().publication().payload().length);
        try (BsonBinaryWriter out = new BsonBinaryWriter(buffer)) {
            QueueRecord record = append.record();
            out.writeStartDocument();
            out.writeStartDocument("_id");
            out.writeString("client", append.client().value());
            out.writeInt64("seq", record.sequence());
            out.writeEndDocument();
            writePublication(out, record.publication());
            out.writeInt32("qos", record.qos().value());
            out.writeBoolean("retain", record.retain());
            writeIdentifiers(out, record.subscriptionIdentifiers());
            out.writeEndDocument();
        }
        return new RawBsonDocument(buffer.getInternalBuffer(), 0, buffer.getPosition());
    }

    private static void writeIdentifiers(BsonWriter out, int[] identifiers) {
        if (identifiers.length > 0) {
            out.writeStartArray("identifiers");
            for (int identifier : identifiers) {
                out.writeInt32(identifier);
            }
            out.writeEndArray();
        }
    }

    static QueueRecord queueRecord(BsonDocument in) {
        return new QueueRecord(
                in.getDocument("_id").getInt64("seq").getValue(),
                publication(in),
                Qos.of(in.getInt32("qos").getValue()),
                in.getBoolean("retain").getValue(),
                identifiers(in));
    }

    private static int[] identifiers(BsonDocument in) {
        return in.containsKey("identifiers")
                ? in.getArray("identifiers").stream()
                        .mapToInt(each -> each.asInt32().getValue())
                        .toArray()
                : QueueRecord.NO_IDENTIFIERS;
    }

    // ---- sessions

    static BsonDocument session(SessionRecord record) {
        BsonDocument document = new BsonDocument();
        BsonDocumentWriter out = new BsonDocumentWriter(document);
        out.writeStartDocument();
        out.writeString("_id", record.client().value());
        out.writeInt64("incarnation", record.incarnation());
        out.writeInt64("expirySeconds", record.expirySeconds());
        out.writeInt64("head", record.head());
        out.writeInt64("sentThrough", record.sentThrough());
        out.writeStartArray("acknowledged");
        for (long each : record.acknowledged()) {
            out.writeInt64(each);
        }
        out.writeEndArray();
        out.writeInt32("protocolLevel", record.protocolLevel());
        writeText(out, "userName", record.userName());
        if (record.disconnectedAt() != SessionRecord.CONNECTED) {
            out.writeDateTime("disconnectedAt", record.disconnectedAt());
        }
        Will will = record.will();
        if (will != null) {
            out.writeStartDocument("will");
            writePublication(out, will.publication());
            out.writeInt64("delaySeconds", will.delaySeconds());
            out.writeInt64("messageExpirySeconds", will.expirySeconds());
            out.writeEndDocument();
        }
        out.writeEndDocument();
        return document;
    }

    static SessionRecord sessionRecord(BsonDocument in) {
        long[] acknowledged = in.getArray("acknowledged").stream()
                .mapToLong(each -> each.asInt64().getValue())
                .toArray();
        return new SessionRecord(
                new ClientId(in.getString("_id").getValue()),
                in.getInt64("incarnation").getValue(),
                in.getInt64("expirySeconds").getValue(),
                in.containsKey("disconnectedAt")
                        ? in.getDateTime("disconnectedAt").getValue()
                        : SessionRecord.CONNECTED,
                in.getInt64("head").getValue(),
                in.getInt64("sentThrough").getValue(),
                acknowledged,
                in.containsKey("will") ? will(in.getDocument("will")) : null,
                text(in, "userName"),
                in.getInt32("protocolLevel").getValue());
    }

    private static Will will(BsonDocument in) {
        return new Will(
                publication(in),
                in.getInt64("delaySeconds").getValue(),
                in.getInt64("messageExpirySeconds").getValue());
    }

    // ---- subscriptions

    static BsonDocument subscription(ClientId client, Subscription subscription) {
        BsonDocument document = new BsonDocument();
        BsonDocumentWriter out = new BsonDocumentWriter(document);
        out.writeStartDocument();
        out.writeStartDocument("_id");
        out.writeString("client", client.value());
        out.writeString("filter", subscription.filter().toString());
        out.writeEndDocument();
        out.writeString("client", client.value());
        out.writeString("topic", subscription.filter().toString());
        out.writeInt32("qos", subscription.qos().value());
        out.writeBoolean("noLocal", subscription.noLocal());
        out.writeBoolean("retainAsPublished", subscription.retainAsPublished());
        out.writeInt32("retainHandling", subscription.retainHandling().ordinal());
        out.writeInt32("identifier", subscription.identifier());
        out.writeEndDocument();
        return document;
    }

    static Subscription subscription(BsonDocument in) {
        return new Subscription(
                TopicFilter.parse(in.getString("topic").getValue()),
                Qos.of(in.getInt32("qos").getValue()),
                in.getBoolean("noLocal").getValue(),
                in.getBoolean("retainAsPublished").getValue(),
                RetainHandling.of(in.getInt32("retainHandling").getValue()),
                in.getInt32("identifier").getValue());
    }

    // ---- incoming

    static BsonDocument incoming(ClientId client, long number, Publication publication) {
        BsonDocument document = new BsonDocument();
        BsonDocumentWriter out = new BsonDocumentWriter(document);
        out.writeStartDocument();
        out.writeStartDocument("_id");
        out.writeString("client", client.value());
        out.writeInt64("packetId", number);
        out.writeEndDocument();
        writePublication(out, publication);
        out.writeEndDocument();
        return document;
    }

    static IncomingRecord incomingRecord(BsonDocument in) {
        BsonDocument id = in.getDocument("_id");
        return new IncomingRecord(
                new ClientId(id.getString("client").getValue()),
                (int) id.getInt64("packetId").getValue(),
                publication(in));
    }

    /** A release's plan: which queue gets the message under which number, and which version its retained copy has. */
    static BsonDocument plan(StoreOperation.Release release) {
        BsonDocument document = new BsonDocument();
        BsonDocumentWriter out = new BsonDocumentWriter(document);
        out.writeStartDocument();
        out.writeStartArray("copies");
        for (StoreOperation.Append copy : release.copies()) {
            out.writeStartDocument();
            out.writeString("client", copy.client().value());
            out.writeInt64("seq", copy.record().sequence());
            out.writeInt32("qos", copy.record().qos().value());
            out.writeBoolean("retain", copy.record().retain());
            writeIdentifiers(out, copy.record().subscriptionIdentifiers());
            out.writeEndDocument();
        }
        out.writeEndArray();
        out.writeEndDocument();
        RetainedRecord retained = release.retained();
        return retained == null ? document : document.append("retained", retained(retained));
    }

    static List<StoreOperation.Append> copies(BsonDocument plan, Publication publication) {
        List<StoreOperation.Append> copies = new ArrayList<>();
        for (BsonValue each : plan.getArray("copies")) {
            BsonDocument copy = each.asDocument();
            QueueRecord record = new QueueRecord(
                    copy.getInt64("seq").getValue(),
                    publication,
                    Qos.of(copy.getInt32("qos").getValue()),
                    copy.getBoolean("retain").getValue(),
                    identifiers(copy));
            copies.add(new StoreOperation.Append(
                    new ClientId(copy.getString("client").getValue()), record));
        }
        return copies;
    }

    static @Nullable RetainedRecord plannedRetained(BsonDocument plan) {
        return plan.containsKey("retained") ? retainedRecord(plan.getDocument("retained")) : null;
    }

    // ---- retained

    static BsonDocument retained(RetainedRecord record) {
        BsonDocument document = new BsonDocument();
        BsonDocumentWriter out = new BsonDocumentWriter(document);
        out.writeStartDocument();
        out.writeString("_id", record.topic().value());
        out.writeInt64("version", record.version());
        Publication publication = record.publication();
        out.writeBoolean("deleted", publication == null);
        if (publication != null) {
            writePublication(out, publication);
        }
        out.writeEndDocument();
        return document;
    }

    static RetainedRecord retainedRecord(BsonDocument in) {
        return new RetainedRecord(
                new Topic(in.getString("_id").getValue()),
                in.getInt64("version").getValue(),
                in.getBoolean("deleted").getValue() ? null : publication(in));
    }
}
