package io.zanzara.service.access;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The line of a user in a file of users. */
public final class PasswordEntry {

    /** The usual cost: a tenth of a second or so for each login. */
    public static final int USUAL_COST = 10;

    private PasswordEntry() {}

    /**
     * Makes the line {@code name:hash}.
     *
     * @param password not kept and not changed
     * @param cost of bcrypt, 4 to 16; each step doubles the time
     * @throws IllegalArgumentException if the name or the password can't be kept so, or the cost is none; never with the password in it
     */
    public static String of(String name, char[] password, int cost) {
        if (name.isEmpty()
                || name.startsWith("#")
                || name.indexOf(':') >= 0
                || !name.equals(name.strip())
                || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a user name must not be empty, begin with # or a space, end with a space, or have"
                            + " a colon or control characters in it");
        }
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        try {
            if (bytes.length == 0 || bytes.length > PasswordHash.MOST_BYTES) {
                throw new IllegalArgumentException("a password must have from 1 to " + PasswordHash.MOST_BYTES
                        + " bytes: bcrypt looks at no more");
            }
            if (cost < PasswordHash.LOWEST_COST || cost > PasswordHash.HIGHEST_COST) {
                throw new IllegalArgumentException(
                        "the cost must be from " + PasswordHash.LOWEST_COST + " to " + PasswordHash.HIGHEST_COST);
            }
            return name + ":" + PasswordHash.of(bytes, cost).encoded();
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
