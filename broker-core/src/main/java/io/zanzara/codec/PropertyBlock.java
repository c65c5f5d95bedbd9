package io.zanzara.codec;

import io.netty.buffer.ByteBuf;
import io.zanzara.message.UserProperty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The properties of one packet to be written. Knows its length before a byte is written; not for the hot path. */
final class PropertyBlock {

    private final List<Property> properties = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();
    private long length;

    /** Adds a number or, as 0 or 1, a flag, unless it has the value that stands for its absence. */
    PropertyBlock add(Property property, long value, long absent) {
        if (value != absent) {
            append(property, value, numberLength(property, value));
        }
        return this;
    }

    PropertyBlock add(Property property, boolean value, boolean absent) {
        return add(property, value ? 1 : 0, absent ? 1 : 0);
    }

    PropertyBlock add(Property property, @Nullable String value) {
        if (value != null) {
            append(property, value, Encoding.textLength(value));
        }
        return this;
    }

    PropertyBlock add(Property property, byte @Nullable [] value) {
        if (value != null) {
            append(property, value, Encoding.binaryLength(value));
        }
        return this;
    }

    PropertyBlock addAll(List<UserProperty> userProperties) {
        for (UserProperty userProperty : userProperties) {
            append(
                    Property.USER_PROPERTY,
                    userProperty,
                    Encoding.textLength(userProperty.name()) + Encoding.textLength(userProperty.value()));
        }
        return this;
    }

    boolean isEmpty() {
        return properties.isEmpty();
    }

    /** Returns the bytes it takes, the property length included. */
    long encodedLength() {
        return encodedLength(0);
    }

    /** Returns the bytes it would take with {@code more} bytes of properties. */
    long encodedLength(long more) {
        return Encoding.variableLength(length + more) + length + more;
    }

    void write(ByteBuf out) {
        // [MQTT-2.2.2-1]
        Encoding.variable(out, (int) length);
        for (int i = 0; i < properties.size(); i++) {
            Property property = properties.get(i);
            out.writeByte(property.id());
            Object value = values.get(i);
            switch (property.type()) {
                case FLAG -> out.writeByte(((Long) value).intValue());
                case SHORT -> out.writeShort(((Long) value).intValue());
                case INT -> out.writeInt(((Long) value).intValue());
                case VARIABLE -> Encoding.variable(out, ((Long) value).intValue());
                case TEXT -> Encoding.text(out, (String) value);
                case BINARY -> Encoding.binary(out, (byte[]) value);
                case PAIR -> {
                    Encoding.text(out, ((UserProperty) value).name());
                    Encoding.text(out, ((UserProperty) value).value());
                }
            }
        }
    }

    private void append(Property property, Object value, long valueLength) {
        properties.add(property);
        values.add(value);
        length += 1 + valueLength;
    }

    private static int numberLength(Property property, long value) {
        return switch (property.type()) {
            case FLAG -> 1;
            case SHORT -> 2;
            case INT -> 4;
            default -> Encoding.variableLength(value);
        };
    }
}
