package io.zanzara.store.mongo;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.Topic;
import io.zanzara.message.UserProperty;
import java.util.ArrayList;
import java.util.List;
import org.bson.BSONException;
import org.bson.BsonBinary;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.BsonWriter;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a publication, which lie side by side with those of the record that holds it. In a queue {@code qos} and {@code retain} are
 * those of the delivery; how the message was published is in fields of its own there.
 */
final class PublicationFields {

    private @Nullable Long messageId;
    private @Nullable String topic;
    private int qos;
    private boolean retain;
    private byte @Nullable [] payload;
    private @Nullable String publisher;
    private @Nullable Integer publishedQos;
    private @Nullable Boolean publishedRetain;
    private long expiresAt = Publication.NEVER;
    private int payloadFormat = -1;
    private @Nullable String contentType;
    private @Nullable String responseTopic;
    private byte @Nullable [] correlationData;
    private List<UserProperty> userProperties = List.of();

    static void write(BsonWriter writer, Publication publication) {
        writeFirst(writer, publication, publication.qos(), publication.retain());
        writeRest(writer, publication);
    }

    /** Writes a copy in a queue, which may be delivered otherwise than it was published. */
    static void writeCopy(BsonWriter writer, Publication publication, Qos qos, boolean retain) {
        writeFirst(writer, publication, qos, retain);
        writer.writeInt32("publishedQos", publication.qos().value());
        if (publication.retain() != retain) {
            writer.writeBoolean("publishedRetain", publication.retain());
        }
        writeRest(writer, publication);
    }

    private static void writeFirst(BsonWriter writer, Publication publication, Qos qos, boolean retain) {
        writer.writeInt64("messageId", publication.messageId());
        writer.writeString("topic", publication.topic().value());
        writer.writeInt32("qos", qos.value());
        writer.writeBoolean("retain", retain);
        writer.writeBinaryData("payload", new BsonBinary(publication.payload()));
        writer.writeString("publisher", publication.publisher().value());
    }

    private static void writeRest(BsonWriter writer, Publication publication) {
        if (publication.expiresAt() != Publication.NEVER) {
            writer.writeDateTime("expiresAt", publication.expiresAt());
        }
        PublicationProperties properties = publication.properties();
        if (!properties.isEmpty()) {
            write(writer, properties);
        }
    }

    private static void write(BsonWriter writer, PublicationProperties properties) {
        if (properties.payloadFormat() >= 0) {
            writer.writeInt32("payloadFormat", properties.payloadFormat());
        }
        if (properties.contentType() != null) {
            writer.writeString("contentType", properties.contentType());
        }
        if (properties.responseTopic() != null) {
            writer.writeString("responseTopic", properties.responseTopic());
        }
        if (properties.correlationData() != null) {
            writer.writeBinaryData("correlationData", new BsonBinary(properties.correlationData()));
        }
        if (!properties.userProperties().isEmpty()) {
            writer.writeStartArray("userProperties");
            for (UserProperty property : properties.userProperties()) {
                writer.writeStartDocument();
                writer.writeString("name", property.name());
                writer.writeString("value", property.value());
                writer.writeEndDocument();
            }
            writer.writeEndArray();
        }
    }

    /** Takes the field that {@code reader} has come to; whoever reads a record offers it what it does not know itself. */
    void read(String name, BsonReader reader) {
        switch (name) {
            case "messageId" -> messageId = reader.readInt64();
            case "topic" -> topic = reader.readString();
            case "qos" -> qos = reader.readInt32();
            case "retain" -> retain = reader.readBoolean();
            case "payload" -> payload = reader.readBinaryData().getData();
            case "publisher" -> publisher = reader.readString();
            case "publishedQos" -> publishedQos = reader.readInt32();
            case "publishedRetain" -> publishedRetain = reader.readBoolean();
            case "expiresAt" -> expiresAt = reader.readDateTime();
            case "payloadFormat" -> payloadFormat = reader.readInt32();
            case "contentType" -> contentType = reader.readString();
            case "responseTopic" -> responseTopic = reader.readString();
            case "correlationData" -> correlationData = reader.readBinaryData().getData();
            case "userProperties" -> userProperties = readUserProperties(reader);
            default -> reader.skipValue();
        }
    }

    private static List<UserProperty> readUserProperties(BsonReader reader) {
        List<UserProperty> properties = new ArrayList<>();
        reader.readStartArray();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            reader.readStartDocument();
            String name = reader.readString("name");
            String value = reader.readString("value");
            reader.readEndDocument();
            properties.add(new UserProperty(name, value));
        }
        reader.readEndArray();
        return List.copyOf(properties);
    }

    /** Whether there was a message at all: plans may have none. */
    boolean hasMessage() {
        return topic != null;
    }

    long messageId() {
        return required(messageId, "messageId");
    }

    Qos deliveredQos() {
        return Qos.of(qos);
    }

    boolean deliveredRetain() {
        return retain;
    }

    Publication publication() {
        PublicationProperties properties =
                new PublicationProperties(payloadFormat, contentType, responseTopic, correlationData, userProperties);
        return new Publication(
                messageId(),
                new ClientId(required(publisher, "publisher")),
                new Topic(required(topic, "topic")),
                Qos.of(publishedQos == null ? qos : publishedQos),
                publishedRetain == null ? retain : publishedRetain,
                required(payload, "payload"),
                expiresAt,
                properties.isEmpty() ? PublicationProperties.NONE : properties);
    }

    static <V> V required(@Nullable V value, String field) {
        if (value == null) {
            throw new BSONException("the field '" + field + "' is missing");
        }
        return value;
    }
}
