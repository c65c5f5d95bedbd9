package io.zanzara.codec;

import static io.zanzara.message.ReasonCode.MALFORMED_PACKET;
import static io.zanzara.message.ReasonCode.PROTOCOL_ERROR;
import static io.zanzara.message.ReasonCode.TOPIC_ALIAS_INVALID;

import io.zanzara.message.Topic;
import io.zanzara.message.UserProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The properties of one packet as read, each with a value that is allowed. */
final class Properties {

    private static final int[] NO_IDENTIFIERS = {};

    /** No properties at all; shared, and never added to. */
    private static final Properties NONE = new Properties(0);

    private final long[] numbers;
    private final @Nullable String[] texts;
    private final byte[] @Nullable [] binaries;
    private int present;
    private int[] subscriptionIdentifiers = NO_IDENTIFIERS;
    private int subscriptionIdentifierCount;
    private @Nullable List<UserProperty> userProperties;

    private Properties(int capacity) {
        numbers = new long[capacity];
        texts = new String[capacity];
        binaries = new byte[capacity][];
    }

    /** What every packet of MQTT 3.1 and 3.1.1 has. */
    static Properties none() {
        return NONE;
    }

    /**
     * Reads the property length and the properties.
     *
     * @param owner the packet they stand in, a constant of {@link PacketType}
     */
    static Properties read(Fields fields, int owner) throws Malformed {
        Fields block = fields.part(fields.variableInteger());
        if (block.remaining() == 0) {
            return NONE;
        }
        Properties properties = new Properties(Property.COUNT);
        while (block.remaining() > 0) {
            properties.add(block, owner);
        }
        if (properties.has(Property.AUTHENTICATION_DATA) && !properties.has(Property.AUTHENTICATION_METHOD)) {
            throw new Malformed(PROTOCOL_ERROR, "there is authentication data without a method");
        }
        return properties;
    }

    boolean has(Property property) {
        return (present & 1 << property.ordinal()) != 0;
    }

    long number(Property property, long absent) {
        return has(property) ? numbers[property.ordinal()] : absent;
    }

    int number(Property property, int absent) {
        return (int) number(property, (long) absent);
    }

    boolean flag(Property property, boolean absent) {
        return has(property) ? numbers[property.ordinal()] == 1 : absent;
    }

    @Nullable
    String text(Property property) {
        return has(property) ? texts[property.ordinal()] : null;
    }

    byte @Nullable [] binary(Property property) {
        return has(property) ? binaries[property.ordinal()] : null;
    }

    /** Returns them in the order of the packet. */
    int[] subscriptionIdentifiers() {
        return subscriptionIdentifierCount == 0
                ? NO_IDENTIFIERS
                : Arrays.copyOf(subscriptionIdentifiers, subscriptionIdentifierCount);
    }

    /** Returns them in the order of the packet [MQTT-3.3.2-18] [MQTT-3.1.3-10]. */
    List<UserProperty> userProperties() {
        return userProperties == null ? List.of() : List.copyOf(userProperties);
    }

    private void add(Fields block, int owner) throws Malformed {
        int id = block.variableInteger();
        Property property = Property.of(id);
        if (property == null || !property.isAllowedIn(owner)) {
            throw new Malformed(MALFORMED_PACKET, "property " + id + " does not belong in this packet");
        }
        if (has(property) && !property.isRepeatableIn(owner)) {
            throw new Malformed(PROTOCOL_ERROR, "property " + property + " is there twice");
        }
        present |= 1 << property.ordinal();
        switch (property.type()) {
            case FLAG, SHORT, INT, VARIABLE -> addNumber(property, block);
            // [MQTT-3.3.2-13] [MQTT-3.3.2-19]
            case TEXT -> addText(property, block.text());
            case BINARY -> binaries[property.ordinal()] = block.binary();
            // [MQTT-1.5.7-1]
            case PAIR -> addUserProperty(new UserProperty(block.text(), block.text()));
        }
    }

    private void addNumber(Property property, Fields block) throws Malformed {
        long value = switch (property.type()) {
            case FLAG -> block.unsignedByte();
            case SHORT -> block.unsignedShort();
            case INT -> block.unsignedInt();
            default -> block.variableInteger();
        };
        if (property.type() == Property.Type.FLAG && value > 1) {
            throw new Malformed(PROTOCOL_ERROR, "property " + property + " must be 0 or 1, not " + value);
        }
        if (value == 0) {
            refuseZero(property);
        }
        numbers[property.ordinal()] = value;
        if (property == Property.SUBSCRIPTION_IDENTIFIER) {
            addSubscriptionIdentifier((int) value);
        }
    }

    private static void refuseZero(Property property) throws Malformed {
        switch (property) {
            case TOPIC_ALIAS -> // [MQTT-3.3.2-8]
                throw new Malformed(TOPIC_ALIAS_INVALID, "a topic alias must not be 0");
            case RECEIVE_MAXIMUM, MAXIMUM_PACKET_SIZE, SUBSCRIPTION_IDENTIFIER ->
                throw new Malformed(PROTOCOL_ERROR, "property " + property + " must not be 0");
            default -> {
                // 0 is a value like any other
            }
        }
    }

    private void addText(Property property, String text) throws Malformed {
        if (property == Property.RESPONSE_TOPIC) {
            String defect = Topic.defectOf(text);
            if (defect != null) {
                // [MQTT-3.3.2-14]
                throw new Malformed(PROTOCOL_ERROR, "the response topic is invalid: " + defect);
            }
        }
        texts[property.ordinal()] = text;
    }

    private void addSubscriptionIdentifier(int identifier) {
        int count = subscriptionIdentifierCount++;
        if (count == subscriptionIdentifiers.length) {
            subscriptionIdentifiers = Arrays.copyOf(subscriptionIdentifiers, Math.max(4, count * 2));
        }
        subscriptionIdentifiers[count] = identifier;
    }

    private void addUserProperty(UserProperty property) {
        if (userProperties == null) {
            userProperties = new ArrayList<>();
        }
        userProperties.add(property);
    }
}
