package io.zanzara.service.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers passwords that were right, so that a storm of reconnects does not cost a hash for each. What it keeps is a keyed digest of user,
 * password and the hash it was right for: of no use without the key, which never leaves the process, and void once the hash changes.
 * The longest unused go first.
 */
final class RecentLogins {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final SecretKeySpec key;
    private final Map<ByteBuffer, Boolean> known;

    RecentLogins(int most) {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        key = new SecretKeySpec(random, ALGORITHM);
        known = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Boolean> eldest) {
                return size() > most;
            }
        };
    }

    /** Returns what is kept of a login that was right. */
    ByteBuffer digest(String user, byte[] password, PasswordHash hash) {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        byte[] text = hash.encoded().getBytes(StandardCharsets.UTF_8);
        ByteBuffer lengths = ByteBuffer.allocate(2 * Integer.BYTES);
        lengths.putInt(name.length).putInt(text.length).flip();
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(lengths);
            mac.update(name);
            mac.update(text);
            return ByteBuffer.wrap(mac.doFinal(password));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    synchronized boolean knows(ByteBuffer digest) {
        return known.get(digest) != null;
    }

    synchronized void add(ByteBuffer digest) {
        known.put(digest, true);
    }
}
