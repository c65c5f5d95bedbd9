package io.zanzara.store.record;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.Topic;
import io.zanzara.message.UserProperty;
import java.util.ArrayList;
import java.util.List;

/** The part of a record that is a publication: its {@code messageId} comes first, what is absent takes one bit. */
final class PublicationCodec {

    private static final int QOS = 0b11;
    private static final int RETAIN = 1 << 2;
    private static final int EXPIRES = 1 << 3;
    private static final int PROPERTIES = 1 << 4;

    private static final int PAYLOAD_FORMAT = 1;
    private static final int CONTENT_TYPE = 1 << 1;
    private static final int RESPONSE_TOPIC = 1 << 2;
    private static final int CORRELATION_DATA = 1 << 3;
    private static final int USER_PROPERTIES = 1 << 4;

    /** Two texts with a length each. */
    private static final int LEAST_USER_PROPERTY = 2;

    private PublicationCodec() {}

    static void write(RecordWriter to, Publication publication) {
        boolean expires = publication.expiresAt() != Publication.NEVER;
        boolean withProperties = !publication.properties().isEmpty();
        to.writeLong(publication.messageId())
                .writeByte(publication.qos().value()
                        | (publication.retain() ? RETAIN : 0)
                        | (expires ? EXPIRES : 0)
                        | (withProperties ? PROPERTIES : 0))
                .writeText(publication.publisher().value())
                .writeText(publication.topic().value());
        if (expires) {
            to.writeLong(publication.expiresAt());
        }
        if (withProperties) {
            write(to, publication.properties());
        }
        to.writeBytes(publication.payload());
    }

    private static void write(RecordWriter to, PublicationProperties properties) {
        to.writeByte((properties.payloadFormat() >= 0 ? PAYLOAD_FORMAT : 0)
                | (properties.contentType() != null ? CONTENT_TYPE : 0)
                | (properties.responseTopic() != null ? RESPONSE_TOPIC : 0)
                | (properties.correlationData() != null ? CORRELATION_DATA : 0)
                | (properties.userProperties().isEmpty() ? 0 : USER_PROPERTIES));
        if (properties.payloadFormat() >= 0) {
            to.writeByte(properties.payloadFormat());
        }
        if (properties.contentType() != null) {
            to.writeText(properties.contentType());
        }
        if (properties.responseTopic() != null) {
            to.writeText(properties.responseTopic());
        }
        if (properties.correlationData() != null) {
            to.writeBytes(properties.correlationData());
        }
        if (!properties.userProperties().isEmpty()) {
            to.writeCount(properties.userProperties().size());
            properties
                    .userProperties()
                    .forEach(property -> to.writeText(property.name()).writeText(property.value()));
        }
    }

    static Publication read(RecordReader from) {
        long messageId = from.readLong();
        int flags = from.readByte();
        ClientId publisher = new ClientId(from.readText());
        Topic topic = new Topic(from.readText());
        long expiresAt = (flags & EXPIRES) != 0 ? from.readLong() : Publication.NEVER;
        PublicationProperties properties =
                (flags & PROPERTIES) != 0 ? readProperties(from) : PublicationProperties.NONE;
        return new Publication(
                messageId,
                publisher,
                topic,
                Qos.of(flags & QOS),
                (flags & RETAIN) != 0,
                from.readBytes(),
                expiresAt,
                properties);
    }

    private static PublicationProperties readProperties(RecordReader from) {
        int present = from.readByte();
        return new PublicationProperties(
                (present & PAYLOAD_FORMAT) != 0 ? from.readByte() : -1,
                (present & CONTENT_TYPE) != 0 ? from.readText() : null,
                (present & RESPONSE_TOPIC) != 0 ? from.readText() : null,
                (present & CORRELATION_DATA) != 0 ? from.readBytes() : null,
                (present & USER_PROPERTIES) != 0 ? readUserProperties(from) : List.of());
    }

    private static List<UserProperty> readUserProperties(RecordReader from) {
        int size = from.readSize(LEAST_USER_PROPERTY);
        List<UserProperty> properties = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            properties.add(new UserProperty(from.readText(), from.readText()));
        }
        return List.copyOf(properties);
    }
}
