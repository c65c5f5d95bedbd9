package io.zanzara.access;

import com.ongres.saslprep.SASLprep;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a server keeps of a password for SCRAM-SHA-256 (RFC 5802 and RFC 7677): enough to recognise who knows it, not enough to log in with. Its
 * text form is that of PostgreSQL's {@code pg_authid}: {@code SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}, the last three in Base64.
 *
 * @param iterations how often the password was hashed, 4,096 to 10,000,000
 * @param salt 1 to 1,024 random bytes; not to be changed afterwards, like the keys
 * @param storedKey 32 bytes
 * @param serverKey 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ScramCredential(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {

    /** What a user list says how an entry must look. */
    public static final String FORM = "like SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey, with at least 4096"
            + " iterations and the rest in Base64";

    static final int FEWEST_ITERATIONS = 4_096; // RFC 7677, section 4
    static final int MOST_ITERATIONS = 10_000_000;
    static final int KEY_BYTES = 32;
    private static final int MOST_SALT_BYTES = 1_024;
    private static final Pattern TEXT =
            Pattern.compile("SCRAM-SHA-256\\$(\\d{1,8}):([A-Za-z0-9+/=]+)\\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)");

    /** Checks the bounds; says nothing of the values. */
    public ScramCredential {
        boolean fits = iterations >= FEWEST_ITERATIONS
                && iterations <= MOST_ITERATIONS
                && salt.length > 0
                && salt.length <= MOST_SALT_BYTES
                && storedKey.length == KEY_BYTES
                && serverKey.length == KEY_BYTES;
        if (!fits) {
            throw new IllegalArgumentException("a credential must be " + FORM);
        }
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it is not that; the message does not repeat it
     */
    public static ScramCredential parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("a credential must be " + FORM);
        }
        Base64.Decoder base64 = Base64.getDecoder();
        return new ScramCredential(
                Integer.parseInt(parts.group(1)),
                base64.decode(parts.group(2)),
                base64.decode(parts.group(3)),
                base64.decode(parts.group(4)));
    }

    /**
     * Makes one from a password, which takes as long as the client will take.
     *
     * @param password not kept and not changed
     * @throws IllegalArgumentException if the password has characters that SASLprep (RFC 4013) does not allow
     */
    public static ScramCredential of(char[] password, byte[] salt, int iterations) {
        byte[] salted = salted(password, salt, iterations);
        byte[] storedKey = sha256(hmac(salted, "Client Key".getBytes(StandardCharsets.US_ASCII)));
        byte[] serverKey = hmac(salted, "Server Key".getBytes(StandardCharsets.US_ASCII));
        Arrays.fill(salted, (byte) 0);
        return new ScramCredential(iterations, salt, storedKey, serverKey);
    }

    /** Returns the text form, which {@link #parse} reads: a secret. */
    public String encoded() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "SCRAM-SHA-256$" + iterations + ":" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(storedKey) + ":" + base64.encodeToString(serverKey);
    }

    /** Never shows the keys. */
    @Override
    public String toString() {
        return "ScramCredential[" + iterations + " iterations]";
    }

    /** Hi() of RFC 5802, which is PBKDF2. */
    private static byte[] salted(char[] password, byte[] salt, int iterations) {
        char[] prepared = prepared(password);
        PBEKeySpec spec = new PBEKeySpec(prepared, salt, iterations, KEY_BYTES * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
            Arrays.fill(prepared, '\0');
        }
    }

    /**
     * Brings a user name or a password into the form in which it is compared.
     *
     * @throws IllegalArgumentException if SASLprep (RFC 4013) does not allow it, or nothing of it is left
     */
    static char[] prepared(char[] text) {
        char[] prepared;
        try {
            prepared = new SASLprep().prepareStored(text);
        } catch (IndexOutOfBoundsException e) { // what the library makes of a text of which nothing is left
            prepared = new char[0];
        }
        if (prepared.length == 0) {
            throw new IllegalArgumentException("a user name or password must not be empty");
        }
        return prepared;
    }

    static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    static byte[] sha256(byte[] message) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
