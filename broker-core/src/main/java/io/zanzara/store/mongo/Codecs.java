package io.zanzara.store.mongo;

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
import io.zanzara.store.StoreOperation.Append;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.BsonWriter;
import org.jspecify.annotations.Nullable;

/** The documents of each collection. Fields that would say nothing are left out; fields that nobody knows are skipped. */
final class Codecs {

    static final FieldsCodec<Append> PACKETS = new FieldsCodec<>(Append.class, Codecs::write, Codecs::readPacket);
    static final FieldsCodec<SessionRecord> SESSIONS =
            new FieldsCodec<>(SessionRecord.class, Codecs::write, Codecs::readSession);
    static final FieldsCodec<SubscriptionRow> SUBSCRIPTIONS =
            new FieldsCodec<>(SubscriptionRow.class, Codecs::write, Codecs::readSubscription);
    static final FieldsCodec<IncomingRecord> INCOMING =
            new FieldsCodec<>(IncomingRecord.class, Codecs::write, Codecs::readIncoming);
    static final FieldsCodec<RetainedRecord> RETAINED =
            new FieldsCodec<>(RetainedRecord.class, Codecs::write, Codecs::readRetained);

    private Codecs() {}

    private static void write(BsonWriter writer, Append append) {
        QueueRecord record = append.record();
        writer.writeName(Ids.ID);
        writer.writeStartDocument();
        writer.writeString(Ids.CLIENT, append.client().value());
        writer.writeInt64(Ids.SEQUENCE, record.sequence());
        writer.writeEndDocument();
        PublicationFields.writeCopy(writer, record.publication(), record.qos(), record.retain());
        writeIdentifiers(writer, record.subscriptionIdentifiers());
    }

    private static Append readPacket(BsonReader reader) {
        ClientId client = null;
        long sequence = 0;
        int[] identifiers = QueueRecord.NO_IDENTIFIERS;
        PublicationFields fields = new PublicationFields();
        reader.readStartDocument();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            String name = reader.readName();
            switch (name) {
                case Ids.ID -> {
                    reader.readStartDocument();
                    client = new ClientId(reader.readString(Ids.CLIENT));
                    sequence = reader.readInt64(Ids.SEQUENCE);
                    reader.readEndDocument();
                }
                case "identifiers" -> identifiers = readIdentifiers(reader);
                default -> fields.read(name, reader);
            }
        }
        reader.readEndDocument();
        return new Append(
                PublicationFields.required(client, Ids.CLIENT),
                new QueueRecord(
                        sequence, fields.publication(), fields.deliveredQos(), fields.deliveredRetain(), identifiers));
    }

    static void writeIdentifiers(BsonWriter writer, int[] identifiers) {
        if (identifiers.length > 0) {
            writer.writeStartArray("identifiers");
            for (int identifier : identifiers) {
                writer.writeInt32(identifier);
            }
            writer.writeEndArray();
        }
    }

    static int[] readIdentifiers(BsonReader reader) {
        List<Integer> identifiers = new ArrayList<>();
        reader.readStartArray();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            identifiers.add(reader.readInt32());
        }
        reader.readEndArray();
        return identifiers.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void write(BsonWriter writer, SessionRecord record) {
        writer.writeString(Ids.ID, record.client().value());
        writer.writeInt64("incarnation", record.incarnation());
        writer.writeInt64("expirySeconds", record.expirySeconds());
        if (record.disconnectedAt() != SessionRecord.CONNECTED) {
            writer.writeDateTime("disconnectedAt", record.disconnectedAt());
        }
        writer.writeInt64("head", record.head());
        writer.writeInt64("sentThrough", record.sentThrough());
        if (record.acknowledged().length > 0) {
            writer.writeStartArray("acknowledged");
            LongStream.of(record.acknowledged()).forEach(writer::writeInt64);
            writer.writeEndArray();
        }
        Will will = record.will();
        if (will != null) {
            writer.writeStartDocument("will");
            PublicationFields.write(writer, will.publication());
            writer.writeInt64("delaySeconds", will.delaySeconds());
            writer.writeInt64("expirySeconds", will.expirySeconds());
            writer.writeEndDocument();
        }
        if (record.userName() != null) {
            writer.writeString("userName", record.userName());
        }
        writer.writeInt32("protocolLevel", record.protocolLevel());
    }

    private static SessionRecord readSession(BsonReader reader) {
        ClientId client = null;
        long incarnation = 0;
        long expirySeconds = 0;
        long disconnectedAt = SessionRecord.CONNECTED;
        long head = 0;
        long sentThrough = 0;
        long[] acknowledged = SessionRecord.NO_RANGES;
        Will will = null;
        String userName = null;
        int protocolLevel = 0;
        reader.readStartDocument();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            switch (reader.readName()) {
                case Ids.ID -> client = new ClientId(reader.readString());
                case "incarnation" -> incarnation = reader.readInt64();
                case "expirySeconds" -> expirySeconds = reader.readInt64();
                case "disconnectedAt" -> disconnectedAt = reader.readDateTime();
                case "head" -> head = reader.readInt64();
                case "sentThrough" -> sentThrough = reader.readInt64();
                case "acknowledged" -> acknowledged = readRanges(reader);
                case "will" -> will = readWill(reader);
                case "userName" -> userName = reader.readString();
                case "protocolLevel" -> protocolLevel = reader.readInt32();
                default -> reader.skipValue();
            }
        }
        reader.readEndDocument();
        return new SessionRecord(
                PublicationFields.required(client, Ids.ID),
                incarnation,
                expirySeconds,
                disconnectedAt,
                head,
                sentThrough,
                acknowledged,
                will,
                userName,
                protocolLevel);
    }

    private static long[] readRanges(BsonReader reader) {
        LongStream.Builder numbers = LongStream.builder();
        reader.readStartArray();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            numbers.add(reader.readInt64());
        }
        reader.readEndArray();
        return numbers.build().toArray();
    }

    private static Will readWill(BsonReader reader) {
        long delaySeconds = 0;
        long expirySeconds = -1;
        PublicationFields fields = new PublicationFields();
        reader.readStartDocument();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            String name = reader.readName();
            switch (name) {
                case "delaySeconds" -> delaySeconds = reader.readInt64();
                case "expirySeconds" -> expirySeconds = reader.readInt64();
                default -> fields.read(name, reader);
            }
        }
        reader.readEndDocument();
        return new Will(fields.publication(), delaySeconds, expirySeconds);
    }

    private static void write(BsonWriter writer, SubscriptionRow row) {
        Subscription subscription = row.subscription();
        writer.writeName(Ids.ID);
        writer.writeStartDocument();
        writer.writeString(Ids.CLIENT, row.client().value());
        writer.writeString(Ids.FILTER, subscription.filter().toString());
        writer.writeEndDocument();
        writer.writeString("client", row.client().value());
        writer.writeString("topic", subscription.filter().toString());
        writer.writeInt32("qos", subscription.qos().value());
        writer.writeBoolean("noLocal", subscription.noLocal());
        writer.writeBoolean("retainAsPublished", subscription.retainAsPublished());
        writer.writeInt32("retainHandling", subscription.retainHandling().ordinal());
        if (subscription.identifier() != 0) {
            writer.writeInt32("identifier", subscription.identifier());
        }
    }

    private static SubscriptionRow readSubscription(BsonReader reader) {
        String client = null;
        String topic = null;
        Qos qos = Qos.AT_MOST_ONCE;
        boolean noLocal = false;
        boolean retainAsPublished = false;
        RetainHandling retainHandling = RetainHandling.SEND;
        int identifier = 0;
        reader.readStartDocument();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            switch (reader.readName()) {
                case "client" -> client = reader.readString();
                case "topic" -> topic = reader.readString();
                case "qos" -> qos = Qos.of(reader.readInt32());
                case "noLocal" -> noLocal = reader.readBoolean();
                case "retainAsPublished" -> retainAsPublished = reader.readBoolean();
                case "retainHandling" -> retainHandling = RetainHandling.of(reader.readInt32());
                case "identifier" -> identifier = reader.readInt32();
                default -> reader.skipValue();
            }
        }
        reader.readEndDocument();
        TopicFilter filter = TopicFilter.parse(PublicationFields.required(topic, "topic"));
        return new SubscriptionRow(
                new ClientId(PublicationFields.required(client, "client")),
                new Subscription(filter, qos, noLocal, retainAsPublished, retainHandling, identifier));
    }

    private static void write(BsonWriter writer, IncomingRecord record) {
        writer.writeName(Ids.ID);
        writer.writeStartDocument();
        writer.writeString(Ids.CLIENT, record.client().value());
        writer.writeInt32(Ids.PACKET_ID, record.packetIdentifier());
        writer.writeEndDocument();
        PublicationFields.write(writer, record.publication());
    }

    private static IncomingRecord readIncoming(BsonReader reader) {
        ClientId client = null;
        int packetIdentifier = 0;
        PublicationFields fields = new PublicationFields();
        reader.readStartDocument();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            String name = reader.readName();
            if (name.equals(Ids.ID)) {
                reader.readStartDocument();
                client = new ClientId(reader.readString(Ids.CLIENT));
                packetIdentifier = reader.readInt32(Ids.PACKET_ID);
                reader.readEndDocument();
            } else {
                fields.read(name, reader);
            }
        }
        reader.readEndDocument();
        return new IncomingRecord(
                PublicationFields.required(client, Ids.CLIENT), packetIdentifier, fields.publication());
    }

    private static void write(BsonWriter writer, RetainedRecord record) {
        writer.writeString(Ids.ID, record.topic().value());
        writer.writeInt64("version", record.version());
        Publication publication = record.publication();
        if (publication == null) {
            writer.writeBoolean("tombstone", true);
        } else {
            PublicationFields.write(writer, publication);
        }
    }

    private static RetainedRecord readRetained(BsonReader reader) {
        Topic topic = null;
        long version = 0;
        boolean tombstone = false;
        PublicationFields fields = new PublicationFields();
        reader.readStartDocument();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            String name = reader.readName();
            switch (name) {
                case Ids.ID -> topic = new Topic(reader.readString());
                case "version" -> version = reader.readInt64();
                case "tombstone" -> tombstone = reader.readBoolean();
                default -> fields.read(name, reader);
            }
        }
        reader.readEndDocument();
        @Nullable Publication publication = tombstone ? null : fields.publication();
        return new RetainedRecord(PublicationFields.required(topic, Ids.ID), version, publication);
    }
}
