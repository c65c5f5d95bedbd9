package io.zanzara.codec;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Strict UTF-8: the JDK's decoder would replace what is wrong, here it is refused. */
public final class Utf8 {

    private Utf8() {}

    /** Returns the text, or null if {@code bytes} are no well-formed UTF-8 or hold U+0000. A byte order mark is kept. */
    static @Nullable String decode(byte[] bytes) {
        int position = 0;
        while (position < bytes.length) {
            int length = sequenceLength(bytes, position);
            if (length == 0) {
                return null;
            }
            position += length;
        }
        // [MQTT-1.5.4-3] [MQTT-1.5.3-3 of 3.1.1]: the JDK's UTF_8 keeps U+FEFF
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Whether {@code bytes} are well-formed UTF-8, as a payload may be: U+0000 is a character like any other there. */
    public static boolean isWellFormed(byte[] bytes) {
        int position = 0;
        while (position < bytes.length) {
            int length = bytes[position] == 0 ? 1 : sequenceLength(bytes, position);
            if (length == 0) {
                return false;
            }
            position += length;
        }
        return true;
    }

    /** Returns the number of bytes of the code point at {@code at}, or 0 if it is not allowed. */
    private static int sequenceLength(byte[] bytes, int at) {
        int lead = bytes[at];
        if (lead > 0) {
            return 1;
        }
        if (lead == 0) {
            return 0; // [MQTT-1.5.4-2]
        }
        lead &= 0xFF;
        if (lead < 0xC2) {
            return 0; // a continuation byte, or the overlong form of an ASCII character
        }
        if (lead < 0xE0) {
            return follows(bytes, at, 1, 0x80, 0xBF) ? 2 : 0;
        }
        if (lead < 0xF0) {
            int low = lead == 0xE0 ? 0xA0 : 0x80; // below are overlong forms
            int high = lead == 0xED ? 0x9F : 0xBF; // above are surrogates [MQTT-1.5.4-1]
            return follows(bytes, at, 2, low, high) ? 3 : 0;
        }
        if (lead < 0xF5) {
            int low = lead == 0xF0 ? 0x90 : 0x80; // below are overlong forms
            int high = lead == 0xF4 ? 0x8F : 0xBF; // above is beyond U+10FFFF
            return follows(bytes, at, 3, low, high) ? 4 : 0;
        }
        return 0;
    }

    /** Whether {@code count} continuation bytes follow, the first of them from {@code low} to {@code high}. */
    private static boolean follows(byte[] bytes, int at, int count, int low, int high) {
        if (bytes.length - at <= count) {
            return false;
        }
        int first = bytes[at + 1] & 0xFF;
        if (first < low || first > high) {
            return false;
        }
        for (int i = 2; i <= count; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return false;
            }
        }
        return true;
    }
}
