package io.zanzara.store.mongo;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.Topic;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreOperation.Release;
import io.zanzara.store.StoreOperation.Source;
import java.util.ArrayList;
import java.util.List;
import org.bson.BSONException;
import org.bson.BsonDocument;
import org.bson.BsonDocumentWriter;
import org.bson.BsonInt32;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.BsonWriter;
import org.jspecify.annotations.Nullable;

/**
 * What a release is going to do, kept in {@code incoming} until it is done. The plan of a QoS 2 message is a field of its record; that of a
 * will or of a message in a group's queue is a record of its own, with {@code packetId} 0 or {@code "queue <seq>"}. Copies of the record's own
 * message do not repeat it; of any other message the plan holds a copy.
 */
final class Plans {

    static final String PLAN = "plan";
    static final int WILL_PACKET_ID = 0;

    /** Records with a plan; written with it only where there is none yet, that is not for QoS 2 messages. */
    static final FieldsCodec<Release> RECORDS = new FieldsCodec<>(Release.class, Plans::write, Plans::read);

    /** Leaves out the records that are nothing but a plan. */
    static final BsonDocument WITHOUT_RECORDS =
            new BsonDocument(Ids.ID + "." + Ids.PACKET_ID, new BsonDocument("$gt", new BsonInt32(WILL_PACKET_ID)));

    private static final int OWN_MESSAGE = -1;

    private Plans() {}

    /** Whether anything could be left half done: a source without effects is removed in one step. */
    static boolean isNeeded(Release release) {
        return !release.copies().isEmpty() || release.retained() != null;
    }

    static long messageId(Source source) {
        if (source instanceof Source.Incoming from) {
            return from.messageId();
        }
        if (source instanceof Source.StoredWill from) {
            return from.messageId();
        }
        return ((Source.Queued) source).messageId();
    }

    /** Returns the {@code _id} of the record that holds the plan. */
    static BsonDocument id(Source source) {
        if (source instanceof Source.Incoming from) {
            return Ids.incoming(from.client(), from.packetIdentifier());
        }
        if (source instanceof Source.StoredWill from) {
            return Ids.incoming(from.client(), WILL_PACKET_ID);
        }
        Source.Queued from = (Source.Queued) source;
        return Ids.queuedPlan(from.group(), from.sequence());
    }

    static BsonDocument plan(Release release) {
        BsonDocument holder = new BsonDocument();
        BsonDocumentWriter writer = new BsonDocumentWriter(holder);
        writer.writeStartDocument();
        writePlan(writer, release);
        writer.writeEndDocument();
        return holder.getDocument(PLAN);
    }

    private static void write(BsonWriter writer, Release release) {
        Source source = release.source();
        writer.writeName(Ids.ID);
        writer.writeStartDocument();
        if (source instanceof Source.StoredWill from) {
            writer.writeString(Ids.CLIENT, from.client().value());
            writer.writeInt32(Ids.PACKET_ID, WILL_PACKET_ID);
        } else {
            BsonDocument id = id(source);
            writer.writeString(Ids.CLIENT, id.getString(Ids.CLIENT).getValue());
            writer.writeString(Ids.PACKET_ID, id.getString(Ids.PACKET_ID).getValue());
        }
        writer.writeEndDocument();
        Publication own = ownMessage(release);
        if (own == null) {
            writer.writeInt64("messageId", messageId(source));
        } else {
            PublicationFields.write(writer, own);
        }
        writePlan(writer, release);
    }

    private static @Nullable Publication ownMessage(Release release) {
        long messageId = messageId(release.source());
        for (Append copy : release.copies()) {
            if (copy.record().publication().messageId() == messageId) {
                return copy.record().publication();
            }
        }
        RetainedRecord retained = release.retained();
        Publication publication = retained == null ? null : retained.publication();
        return publication != null && publication.messageId() == messageId ? publication : null;
    }

    private static void writePlan(BsonWriter writer, Release release) {
        long own = messageId(release.source());
        List<Publication> others = new ArrayList<>();
        writer.writeStartDocument(PLAN);
        writer.writeStartArray("copies");
        for (Append copy : release.copies()) {
            QueueRecord record = copy.record();
            writer.writeStartDocument();
            writer.writeString(Ids.CLIENT, copy.client().value());
            writer.writeInt64(Ids.SEQUENCE, record.sequence());
            writer.writeInt32("qos", record.qos().value());
            writer.writeBoolean("retain", record.retain());
            Codecs.writeIdentifiers(writer, record.subscriptionIdentifiers());
            writeReference(writer, record.publication(), own, others);
            writer.writeEndDocument();
        }
        writer.writeEndArray();
        RetainedRecord retained = release.retained();
        if (retained != null) {
            writer.writeStartDocument("retained");
            writer.writeString("topic", retained.topic().value());
            writer.writeInt64("version", retained.version());
            if (retained.publication() == null) {
                writer.writeBoolean("tombstone", true);
            } else {
                writeReference(writer, retained.publication(), own, others);
            }
            writer.writeEndDocument();
        }
        if (!others.isEmpty()) {
            writer.writeStartArray("messages");
            for (Publication other : others) {
                writer.writeStartDocument();
                PublicationFields.write(writer, other);
                writer.writeEndDocument();
            }
            writer.writeEndArray();
        }
        writer.writeEndDocument();
    }

    /** A release has one message, or a few at most; they are told apart by their {@code messageId}. */
    private static void writeReference(BsonWriter writer, Publication publication, long own, List<Publication> others) {
        if (publication.messageId() == own) {
            return;
        }
        int index = 0;
        while (index < others.size() && others.get(index).messageId() != publication.messageId()) {
            index++;
        }
        if (index == others.size()) {
            others.add(publication);
        }
        writer.writeInt32("message", index);
    }

    private static Release read(BsonReader reader) {
        ClientId client = null;
        Object packetId = null;
        PlanFields plan = new PlanFields();
        PublicationFields fields = new PublicationFields();
        reader.readStartDocument();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            String name = reader.readName();
            switch (name) {
                case Ids.ID -> {
                    reader.readStartDocument();
                    client = new ClientId(reader.readString(Ids.CLIENT));
                    packetId = reader.readBsonType() == BsonType.STRING ? reader.readString() : reader.readInt32();
                    reader.readEndDocument();
                }
                case PLAN -> plan.read(reader);
                default -> fields.read(name, reader);
            }
        }
        reader.readEndDocument();
        Source source = source(
                PublicationFields.required(client, Ids.CLIENT),
                PublicationFields.required(packetId, Ids.PACKET_ID),
                fields.messageId());
        return plan.release(source, fields.hasMessage() ? fields.publication() : null);
    }

    private static Source source(ClientId client, Object packetId, long messageId) {
        if (packetId instanceof String queued) {
            return new Source.Queued(client, Ids.sequenceOfQueuedPlan(queued), messageId);
        }
        int number = (Integer) packetId;
        return number == WILL_PACKET_ID
                ? new Source.StoredWill(client, messageId)
                : new Source.Incoming(client, number, messageId);
    }

    /** A plan as it is read; its messages come after those who refer to them. */
    private static final class PlanFields {

        private final List<PlannedCopy> copies = new ArrayList<>();
        private final List<Publication> messages = new ArrayList<>();
        private @Nullable String retainedTopic;
        private long version;
        private boolean tombstone;
        private int retainedMessage = OWN_MESSAGE;

        void read(BsonReader reader) {
            reader.readStartDocument();
            while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
                switch (reader.readName()) {
                    case "copies" -> readAll(reader, () -> copies.add(readCopy(reader)));
                    case "messages" -> readAll(reader, () -> messages.add(readMessage(reader)));
                    case "retained" -> readRetained(reader);
                    default -> reader.skipValue();
                }
            }
            reader.readEndDocument();
        }

        private static void readAll(BsonReader reader, Runnable element) {
            reader.readStartArray();
            while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
                element.run();
            }
            reader.readEndArray();
        }

        private static Publication readMessage(BsonReader reader) {
            PublicationFields fields = new PublicationFields();
            reader.readStartDocument();
            while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
                fields.read(reader.readName(), reader);
            }
            reader.readEndDocument();
            return fields.publication();
        }

        private static PlannedCopy readCopy(BsonReader reader) {
            String client = "";
            long sequence = 0;
            int qos = 0;
            boolean retain = false;
            int[] identifiers = QueueRecord.NO_IDENTIFIERS;
            int message = OWN_MESSAGE;
            reader.readStartDocument();
            while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
                switch (reader.readName()) {
                    case Ids.CLIENT -> client = reader.readString();
                    case Ids.SEQUENCE -> sequence = reader.readInt64();
                    case "qos" -> qos = reader.readInt32();
                    case "retain" -> retain = reader.readBoolean();
                    case "identifiers" -> identifiers = Codecs.readIdentifiers(reader);
                    case "message" -> message = reader.readInt32();
                    default -> reader.skipValue();
                }
            }
            reader.readEndDocument();
            return new PlannedCopy(new ClientId(client), sequence, Qos.of(qos), retain, identifiers, message);
        }

        private void readRetained(BsonReader reader) {
            reader.readStartDocument();
            while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
                switch (reader.readName()) {
                    case "topic" -> retainedTopic = reader.readString();
                    case "version" -> version = reader.readInt64();
                    case "tombstone" -> tombstone = reader.readBoolean();
                    case "message" -> retainedMessage = reader.readInt32();
                    default -> reader.skipValue();
                }
            }
            reader.readEndDocument();
        }

        Release release(Source source, @Nullable Publication own) {
            List<Append> appends = new ArrayList<>(copies.size());
            for (PlannedCopy copy : copies) {
                QueueRecord record = new QueueRecord(
                        copy.sequence, message(copy.message, own), copy.qos, copy.retain, copy.identifiers);
                appends.add(new Append(copy.client, record));
            }
            RetainedRecord retained = retainedTopic == null
                    ? null
                    : new RetainedRecord(
                            new Topic(retainedTopic), version, tombstone ? null : message(retainedMessage, own));
            return new Release(source, appends, retained);
        }

        private Publication message(int index, @Nullable Publication own) {
            if (index != OWN_MESSAGE) {
                return messages.get(index);
            }
            if (own == null) {
                throw new BSONException("the message of a plan is missing");
            }
            return own;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record PlannedCopy(
            ClientId client, long sequence, Qos qos, boolean retain, int[] identifiers, int message) {}
}
