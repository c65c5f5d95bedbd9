package io.zanzara.moquette.access;

import io.moquette.broker.security.IAuthenticator;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Moquette's password file: lines {@code name:hash}, the hash being SHA-256 in hexadecimal digits, and comments that begin with {@code #}.
 * Moquette's own {@code ResourceAuthenticator} leaves out what comes after a line that it can't read; this one says so.
 */
public final class PasswordFile implements IAuthenticator {

    private final Map<String, byte[]> hashes = new HashMap<>();

    /**
     * @param lines of the file
     * @throws IOException if a line is wrong, with its number and without its content
     */
    public PasswordFile(List<String> lines) throws IOException {
        int number = 0;
        for (String line : lines) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                add(line, number);
            }
        }
    }

    private void add(String line, int number) throws IOException {
        int colon = line.indexOf(':');
        try {
            byte[] hash = HexFormat.of().parseHex(line.substring(colon + 1).strip());
            if (colon > 0 && hash.length == 32) {
                hashes.put(line.substring(0, colon).strip(), hash);
                return;
            }
        } catch (IllegalArgumentException e) {
            // said below, without the content
        }
        throw new IOException("line " + number + " is not NAME:HASH, where HASH is SHA-256 in 64 hexadecimal digits");
    }

    @Override
    public boolean checkValid(String clientId, @Nullable String userName, byte @Nullable [] password) {
        byte[] known = userName == null ? null : hashes.get(userName);
        return known != null && password != null && MessageDigest.isEqual(known, sha256(password));
    }

    private static byte[] sha256(byte[] password) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(password);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
