package io.zanzara.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.zanzara.message.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the data types of MQTT (section 1.5), and tells beforehand how many bytes they take. */
final class FieldWriter {

    private FieldWriter() {}

    static int lengthOfVariable(int value) {
        return value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;
    }

    static void variable(ByteBuf out, int value) {
        int rest = value;
        while (rest >= 0x80) {
            out.writeByte(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    static int lengthOf(String text) {
        return 2 + ByteBufUtil.utf8Bytes(text);
    }

    static void string(ByteBuf out, String text) {
        int at = out.writerIndex();
        out.writeShort(0);
        out.setShort(at, ByteBufUtil.writeUtf8(out, text));
    }

    static void binary(ByteBuf out, byte[] bytes) {
        out.writeShort(bytes.length);
        out.writeBytes(bytes);
    }

    static int lengthOfProperty(@Nullable String text) {
        return text == null ? 0 : 1 + lengthOf(text);
    }

    static void property(ByteBuf out, int identifier, @Nullable String text) {
        if (text != null) {
            out.writeByte(identifier);
            string(out, text);
        }
    }

    static int lengthOfProperty(byte @Nullable [] bytes) {
        return bytes == null ? 0 : 3 + bytes.length;
    }

    static void property(ByteBuf out, int identifier, byte @Nullable [] bytes) {
        if (bytes != null) {
            out.writeByte(identifier);
            binary(out, bytes);
        }
    }

    static int lengthOf(List<UserProperty> properties) {
        int length = 0;
        for (UserProperty property : properties) {
            length += 1 + lengthOf(property.name()) + lengthOf(property.value());
        }
        return length;
    }

    static void userProperties(ByteBuf out, List<UserProperty> properties) {
        for (UserProperty property : properties) {
            out.writeByte(Properties.USER_PROPERTY);
            string(out, property.name());
            string(out, property.value());
        }
    }
}
