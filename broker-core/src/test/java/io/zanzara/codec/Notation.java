package io.zanzara.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Packets as the tests write them down: hexadecimal bytes, {@code 'text'}, {@code [...]} for a block behind its two-byte length,
 * <code>{...}</code> for one behind its length as a variable byte integer, and {@code <65535 61>} for a byte that is there many times. Blanks
 * mean nothing outside of text.
 */
public final class Notation {

    private final String text;
    private int position;

    private Notation(String text) {
        this.text = text;
    }

    /** Returns the bytes that {@code text} describes. */
    public static byte[] bytes(String text) {
        return new Notation(text).block('\0');
    }

    private byte[] block(char end) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (position < text.length()) {
            char c = text.charAt(position++);
            if (c == end) {
                return out.toByteArray();
            }
            switch (c) {
                case ' ' -> {
                    // only for the eye
                }
                case '\'' -> out.writeBytes(quoted());
                case '[' -> {
                    byte[] block = block(']');
                    out.write(block.length >> 8);
                    out.write(block.length);
                    out.writeBytes(block);
                }
                case '{' -> {
                    byte[] block = block('}');
                    writeVariable(out, block.length);
                    out.writeBytes(block);
                }
                case '<' -> repeated(out);
                default -> out.write(Integer.parseInt(text, position - 1, ++position, 16));
            }
        }
        if (end != '\0') {
            throw new IllegalArgumentException("there is no " + end + " in " + text);
        }
        return out.toByteArray();
    }

    private byte[] quoted() {
        int start = position;
        position = text.indexOf('\'', start) + 1;
        return text.substring(start, position - 1).getBytes(StandardCharsets.UTF_8);
    }

    private void repeated(ByteArrayOutputStream out) {
        int end = text.indexOf('>', position);
        String[] countAndByte = text.substring(position, end).split(" ");
        position = end + 1;
        for (int count = Integer.parseInt(countAndByte[0]); count > 0; count--) {
            out.write(Integer.parseInt(countAndByte[1], 16));
        }
    }

    private static void writeVariable(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest >= 0x80) {
            out.write(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
