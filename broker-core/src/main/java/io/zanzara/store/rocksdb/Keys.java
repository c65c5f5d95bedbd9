package io.zanzara.store.rocksdb;

import io.zanzara.message.ClientId;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Keys of rows that belong to a client: the length of its name, its name, and what tells its rows apart. With the length in front no client's
 * range of keys lies within another's, whatever the names are.
 */
final class Keys {

    private static final int LONGEST_NAME = 0xFFFF;

    private Keys() {}

    static byte[] prefix(ClientId client) {
        byte[] name = bytes(client.value());
        if (name.length > LONGEST_NAME) {
            throw new StoreException("A client identifier of " + name.length + " bytes cannot be stored; the limit is "
                    + LONGEST_NAME + ".");
        }
        return ByteBuffer.allocate(Short.BYTES + name.length)
                .putShort((short) name.length)
                .put(name)
                .array();
    }

    static byte[] queued(byte[] prefix, long sequence) {
        return ByteBuffer.allocate(prefix.length + Long.BYTES)
                .put(prefix)
                .putLong(sequence)
                .array();
    }

    static long sequence(byte[] key) {
        return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
    }

    static byte[] incoming(byte[] prefix, int packetIdentifier) {
        return ByteBuffer.allocate(prefix.length + Short.BYTES)
                .put(prefix)
                .putShort((short) packetIdentifier)
                .array();
    }

    static int packetIdentifier(byte[] key) {
        return ByteBuffer.wrap(key).getShort(key.length - Short.BYTES) & 0xFFFF;
    }

    static byte[] subscription(byte[] prefix, TopicFilter filter) {
        byte[] text = bytes(filter.toString());
        return ByteBuffer.allocate(prefix.length + text.length)
                .put(prefix)
                .put(text)
                .array();
    }

    static TopicFilter filter(byte[] key) {
        int start = Short.BYTES + nameLength(key);
        return TopicFilter.parse(new String(key, start, key.length - start, StandardCharsets.UTF_8));
    }

    static ClientId client(byte[] key) {
        return new ClientId(new String(key, Short.BYTES, nameLength(key), StandardCharsets.UTF_8));
    }

    static boolean hasPrefix(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && ByteBuffer.wrap(key, 0, prefix.length).equals(ByteBuffer.wrap(prefix));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int nameLength(byte[] key) {
        return ByteBuffer.wrap(key).getShort() & 0xFFFF;
    }
}
