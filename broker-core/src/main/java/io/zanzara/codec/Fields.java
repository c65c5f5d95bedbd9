package io.zanzara.codec;

import static io.zanzara.message.ReasonCode.MALFORMED_PACKET;
import static io.zanzara.message.ReasonCode.PROTOCOL_ERROR;
import static io.zanzara.message.ReasonCode.TOPIC_NAME_INVALID;

import io.netty.buffer.ByteBuf;
import io.zanzara.message.Topic;

/** Reads the fields of one packet, or of its properties, one after the other; never beyond its end and never moving the buffer's index. */
final class Fields {

    private static final byte[] NOTHING = {};

    private final ByteBuf buffer;
    private final int end;
    private int position;

    /**
     * @param position index in {@code buffer} of the first byte
     * @param end index after the last byte, all of which are in the buffer
     */
    Fields(ByteBuf buffer, int position, int end) {
        this.buffer = buffer;
        this.position = position;
        this.end = end;
    }

    int remaining() {
        return end - position;
    }

    int unsignedByte() throws Malformed {
        return buffer.getUnsignedByte(take(1));
    }

    int unsignedShort() throws Malformed {
        return buffer.getUnsignedShort(take(2));
    }

    long unsignedInt() throws Malformed {
        return buffer.getUnsignedInt(take(4));
    }

    /** Reads a variable byte integer. */
    int variableInteger() throws Malformed {
        int value = 0;
        for (int shift = 0; shift <= 21; shift += 7) {
            int digit = unsignedByte();
            value |= (digit & 0x7F) << shift;
            if (digit < 0x80) {
                if (digit == 0 && shift > 0) {
                    // [MQTT-1.5.5-1]
                    throw new Malformed(MALFORMED_PACKET, "a variable byte integer is longer than it needs to be");
                }
                return value;
            }
        }
        throw new Malformed(MALFORMED_PACKET, "a variable byte integer has more than four bytes");
    }

    /** Reads a packet identifier, which is never 0. */
    int packetId() throws Malformed {
        int packetId = unsignedShort();
        if (packetId == 0) {
            // [MQTT-2.2.1-3] [MQTT-2.3.1-1 of 3.1.1]
            throw new Malformed(PROTOCOL_ERROR, "a packet identifier must not be 0");
        }
        return packetId;
    }

    /** Reads a UTF-8 encoded string. */
    String text() throws Malformed {
        return decoded(binary());
    }

    /** Reads a topic name: empty, or one without wildcards. */
    String topic(TopicMemory memory) throws Malformed {
        int length = unsignedShort();
        if (length > 0 && length <= remaining() && memory.isLast(buffer, position, length)) {
            position += length;
            return memory.last();
        }
        byte[] encoded = bytes(length);
        String topic = decoded(encoded);
        if (length > 0) {
            String defect = Topic.defectOf(topic);
            if (defect != null) {
                throw new Malformed(TOPIC_NAME_INVALID, defect); // [MQTT-3.3.2-2] [MQTT-3.3.2-2 of 3.1.1]
            }
            memory.remember(encoded, topic);
        }
        return topic;
    }

    private static String decoded(byte[] encoded) throws Malformed {
        String text = Utf8.decode(encoded);
        if (text == null) {
            // [MQTT-1.5.4-1] [MQTT-1.5.4-2] [MQTT-1.5.3-1 of 3.1.1] [MQTT-1.5.3-2 of 3.1.1]
            throw new Malformed(MALFORMED_PACKET, "a text is not well-formed UTF-8 or contains the null character");
        }
        return text;
    }

    /** Reads bytes behind their length. */
    byte[] binary() throws Malformed {
        // [MQTT-4.7.3-3] [MQTT-4.7.3-3 of 3.1.1]
        return bytes(unsignedShort());
    }

    /** Reads all that is left. */
    byte[] rest() throws Malformed {
        return bytes(remaining());
    }

    /** Returns the next {@code length} bytes as fields of their own and steps over them. */
    Fields part(int length) throws Malformed {
        int start = take(length);
        return new Fields(buffer, start, start + length);
    }

    /** The remaining length of the fixed header must be what the packet needs. */
    void requireEnd() throws Malformed {
        if (position != end) {
            throw new Malformed(MALFORMED_PACKET, remaining() + " bytes are left over at the end of the packet");
        }
    }

    private byte[] bytes(int length) throws Malformed {
        if (length == 0) {
            return NOTHING;
        }
        int start = take(length);
        byte[] bytes = new byte[length];
        buffer.getBytes(start, bytes);
        return bytes;
    }

    private int take(int length) throws Malformed {
        int start = position;
        if (length > end - start) {
            throw new Malformed(MALFORMED_PACKET, "the packet ends within a field");
        }
        position = start + length;
        return start;
    }
}
