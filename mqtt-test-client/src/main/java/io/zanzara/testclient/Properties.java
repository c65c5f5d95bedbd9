package io.zanzara.testclient;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a packet of MQTT 5.0 (section 2.2.2.2), in their order. Says nothing about which may stand where, so that wrong ones can be
 * sent.
 */
public record Properties(List<Property> all) {

    public static final int PAYLOAD_FORMAT = 1;
    public static final int MESSAGE_EXPIRY = 2;
    public static final int CONTENT_TYPE = 3;
    public static final int RESPONSE_TOPIC = 8;
    public static final int CORRELATION_DATA = 9;
    public static final int SUBSCRIPTION_IDENTIFIER = 11;
    public static final int SESSION_EXPIRY = 17;
    public static final int ASSIGNED_CLIENT_IDENTIFIER = 18;
    public static final int SERVER_KEEP_ALIVE = 19;
    public static final int AUTHENTICATION_METHOD = 21;
    public static final int AUTHENTICATION_DATA = 22;
    public static final int REQUEST_PROBLEM_INFORMATION = 23;
    public static final int WILL_DELAY = 24;
    public static final int REQUEST_RESPONSE_INFORMATION = 25;
    public static final int RESPONSE_INFORMATION = 26;
    public static final int SERVER_REFERENCE = 28;
    public static final int REASON_STRING = 31;
    public static final int RECEIVE_MAXIMUM = 33;
    public static final int TOPIC_ALIAS_MAXIMUM = 34;
    public static final int TOPIC_ALIAS = 35;
    public static final int MAXIMUM_QOS = 36;
    public static final int RETAIN_AVAILABLE = 37;
    public static final int USER_PROPERTY = 38;
    public static final int MAXIMUM_PACKET_SIZE = 39;
    public static final int WILDCARD_SUBSCRIPTION_AVAILABLE = 40;
    public static final int SUBSCRIPTION_IDENTIFIER_AVAILABLE = 41;
    public static final int SHARED_SUBSCRIPTION_AVAILABLE = 42;

    public static final Properties NONE = new Properties(List.of());

    /**
     * One property.
     *
     * @param value a Long, a String, a byte[], or a {@link Pair}
     */
    public record Property(int identifier, Object value) {}

    /** A user property. */
    public record Pair(String name, String value) {}

    /** Returns these and one more; its encoding follows from the identifier. */
    public Properties and(int identifier, Object value) {
        List<Property> more = new ArrayList<>(all);
        more.add(new Property(identifier, value instanceof Integer number ? (Object) number.longValue() : value));
        return new Properties(List.copyOf(more));
    }

    public static Properties of(int identifier, Object value) {
        return NONE.and(identifier, value);
    }

    /** Returns these and a user property. */
    public Properties user(String name, String value) {
        return and(USER_PROPERTY, new Pair(name, value));
    }

    /** Returns the values of a property, in their order; empty if it is not there. */
    public List<Object> values(int identifier) {
        return all.stream()
                .filter(property -> property.identifier() == identifier)
                .map(Property::value)
                .toList();
    }

    /** Returns the first value of a numeric property, -1 if it is not there. */
    public long number(int identifier) {
        List<Object> values = values(identifier);
        return values.isEmpty() ? -1 : (Long) values.get(0);
    }

    /** Returns the first value of a property that is a string, null if it is not there. */
    public @Nullable String text(int identifier) {
        List<Object> values = values(identifier);
        return values.isEmpty() ? null : (String) values.get(0);
    }

    /** Returns the user properties, in their order. */
    public List<Pair> user() {
        return values(USER_PROPERTY).stream().map(Pair.class::cast).toList();
    }

    /** Returns the bytes, without their length. */
    public byte[] encoded() {
        Bytes out = new Bytes();
        for (Property property : all) {
            Object value = property.value();
            out.one(property.identifier());
            switch (Kind.of(property.identifier())) {
                case BYTE -> out.one(number(value));
                case TWO_BYTES -> out.two(number(value));
                case FOUR_BYTES -> out.four((Long) value);
                case VARIABLE -> out.variable(number(value));
                case BINARY -> out.binary((byte[]) value);
                case STRING -> out.string((String) value);
                case PAIR -> out.string(((Pair) value).name()).string(((Pair) value).value());
            }
        }
        return out.toArray();
    }

    private static int number(Object value) {
        return ((Long) value).intValue();
    }

    /** How values are represented. */
    private enum Kind {
        BYTE,
        TWO_BYTES,
        FOUR_BYTES,
        VARIABLE,
        BINARY,
        STRING,
        PAIR;

        static Kind of(int identifier) {
            return switch (identifier) {
                case PAYLOAD_FORMAT,
                        REQUEST_PROBLEM_INFORMATION,
                        REQUEST_RESPONSE_INFORMATION,
                        MAXIMUM_QOS,
                        RETAIN_AVAILABLE,
                        WILDCARD_SUBSCRIPTION_AVAILABLE,
                        SUBSCRIPTION_IDENTIFIER_AVAILABLE,
                        SHARED_SUBSCRIPTION_AVAILABLE -> BYTE;
                case SERVER_KEEP_ALIVE, RECEIVE_MAXIMUM, TOPIC_ALIAS_MAXIMUM, TOPIC_ALIAS -> TWO_BYTES;
                case MESSAGE_EXPIRY, SESSION_EXPIRY, WILL_DELAY, MAXIMUM_PACKET_SIZE -> FOUR_BYTES;
                case SUBSCRIPTION_IDENTIFIER -> VARIABLE;
                case CORRELATION_DATA, AUTHENTICATION_DATA -> BINARY;
                case USER_PROPERTY -> PAIR;
                default -> STRING;
            };
        }
    }

    /** Takes the length and that many bytes of properties. */
    static Properties read(ByteBuffer in) {
        int length = variable(in);
        int end = in.position() + length;
        List<Property> all = new ArrayList<>();
        while (in.position() < end) {
            int identifier = in.get();
            all.add(new Property(identifier, value(identifier, in)));
        }
        return new Properties(List.copyOf(all));
    }

    private static Object value(int identifier, ByteBuffer in) {
        return switch (Kind.of(identifier)) {
            case BYTE -> in.get() & 0xFFL;
            case TWO_BYTES -> in.getShort() & 0xFFFFL;
            case FOUR_BYTES -> in.getInt() & 0xFFFF_FFFFL;
            case VARIABLE -> (long) variable(in);
            case BINARY -> binary(in);
            case STRING -> string(in);
            case PAIR -> new Pair(string(in), string(in));
        };
    }

    static byte[] binary(ByteBuffer in) {
        byte[] bytes = new byte[in.getShort() & 0xFFFF];
        in.get(bytes);
        return bytes;
    }

    static String string(ByteBuffer in) {
        return new String(binary(in), StandardCharsets.UTF_8);
    }

    private static int variable(ByteBuffer in) {
        int value = 0;
        int shift = 0;
        int next;
        do {
            next = in.get();
            value |= (next & 127) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }
}
