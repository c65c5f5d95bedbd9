package io.zanzara.testclient;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Grows a packet's bytes, in the data representations of MQTT 5.0 section 1.5. */
public final class Bytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(64);

    public Bytes one(int value) {
        out.write(value);
        return this;
    }

    public Bytes two(int value) {
        return one(value >> 8).one(value);
    }

    public Bytes four(long value) {
        return two((int) (value >> 16)).two((int) value);
    }

    public Bytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** A UTF-8 encoded string. */
    public Bytes string(String text) {
        return binary(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Binary data: two bytes of length, then the bytes. */
    public Bytes binary(byte[] bytes) {
        return two(bytes.length).raw(bytes);
    }

    /** A variable byte integer in its shortest form. */
    public Bytes variable(int value) {
        int rest = value;
        do {
            one(rest > 127 ? rest & 127 | 128 : rest);
            rest >>= 7;
        } while (rest > 0);
        return this;
    }

    /** The length as a variable byte integer, then the bytes. */
    public Bytes sized(byte[] bytes) {
        return variable(bytes.length).raw(bytes);
    }

    public byte[] toArray() {
        return out.toByteArray();
    }
}
