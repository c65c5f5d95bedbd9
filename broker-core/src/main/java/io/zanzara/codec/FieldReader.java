package io.zanzara.codec;

import io.netty.buffer.ByteBuf;
import io.zanzara.message.ReasonCode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reads the data types of MQTT (section 1.5) from one packet and never beyond it. */
final class FieldReader {

    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private ByteBuf in;
    private int end;

    FieldReader(ByteBuf empty) {
        in = empty;
    }

    void begin(ByteBuf packet, int length) {
        in = packet;
        end = packet.readerIndex() + length;
    }

    int remaining() {
        return end - in.readerIndex();
    }

    private void need(int bytes, String what) throws Malformed {
        if (remaining() < bytes) {
            throw malformed("the packet ends within " + what);
        }
    }

    int unsignedByte(String what) throws Malformed {
        need(1, what);
        return in.readUnsignedByte();
    }

    int unsignedShort(String what) throws Malformed {
        need(2, what);
        return in.readUnsignedShort();
    }

    long unsignedInt(String what) throws Malformed {
        need(4, what);
        return in.readUnsignedInt();
    }

    /** A flag that must be 0 or 1. */
    boolean flag(String what) throws Malformed {
        int value = unsignedByte(what);
        if (value > 1) {
            throw new Malformed(ReasonCode.PROTOCOL_ERROR, what + " must be 0 or 1, not " + value);
        }
        return value == 1;
    }

    /** A packet identifier, never 0 [MQTT-2.2.1-3]. */
    int packetIdentifier() throws Malformed {
        int value = unsignedShort("the packet identifier");
        if (value == 0) {
            throw new Malformed(ReasonCode.PROTOCOL_ERROR, "a packet identifier must not be 0");
        }
        return value;
    }

    int variableInteger(String what) throws Malformed {
        int value = 0;
        for (int shift = 0; shift <= 21; shift += 7) {
            int next = unsignedByte(what);
            value |= (next & 0x7F) << shift;
            if (next < 0x80) {
                if (next == 0 && shift > 0) {
                    throw malformed(what + " is not encoded in the fewest bytes"); // [MQTT-1.5.5-1]
                }
                return value;
            }
        }
        throw malformed(what + " is longer than four bytes");
    }

    byte[] binary(String what) throws Malformed {
        int length = unsignedShort(what);
        need(length, what);
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        return bytes;
    }

    byte[] rest() {
        byte[] bytes = new byte[remaining()];
        in.readBytes(bytes);
        return bytes;
    }

    String string(String what) throws Malformed {
        int length = unsignedShort(what);
        need(length, what);
        int start = in.readerIndex();
        in.skipBytes(length);
        boolean ascii = true;
        for (int i = start; i < start + length; i++) {
            byte b = in.getByte(i);
            if (b == 0) {
                throw malformed(what + " contains the null character"); // [MQTT-1.5.4-2]
            }
            ascii &= b > 0;
        }
        return ascii ? in.toString(start, length, StandardCharsets.ISO_8859_1) : decoded(start, length, what);
    }

    /** Strict: no overlong forms, no surrogates [MQTT-1.5.4-1]; a byte order mark is an ordinary character [MQTT-1.5.4-3]. */
    private String decoded(int start, int length, String what) throws Malformed {
        byte[] bytes = new byte[length];
        in.getBytes(start, bytes);
        try {
            CharBuffer text = utf8.reset().decode(ByteBuffer.wrap(bytes));
            return text.toString();
        } catch (CharacterCodingException e) {
            throw malformed(what + " is not well-formed UTF-8");
        }
    }

    void requireEnd(String packet) throws Malformed {
        if (remaining() != 0) {
            throw malformed(remaining() + " bytes too many in " + packet);
        }
    }

    static Malformed malformed(String message) {
        return new Malformed(ReasonCode.MALFORMED_PACKET, message);
    }
}
