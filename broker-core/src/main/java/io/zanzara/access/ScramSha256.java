package io.zanzara.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;

/**
 * Authentication with SCRAM-SHA-256 (RFC 5802 and RFC 7677): the client proves that it knows its password, and the broker that it knows the
 * user, without the password or anything worth stealing on the wire or at the broker. Without channel binding. To a name it does not know it
 * answers as to any other, and fails in the end as for a wrong password.
 */
public final class ScramSha256 implements EnhancedAuthenticator {

    /** The method's name in CONNECT. */
    public static final String METHOD = "SCRAM-SHA-256";

    private static final int NONCE_BYTES = 18;
    private static final int SALT_BYTES = 16;

    private final ScramUsers users;
    private final byte[] decoySecret;
    private final int decoyIterations;
    private final Supplier<String> nonces;

    /**
     * Makes the method.
     *
     * @param decoySecret what salts for unknown names are derived from; should stay the same, and the same for all brokers with these users: a
     *     name whose salt changes is none
     * @param decoyIterations told for unknown names; best what real users have
     */
    public ScramSha256(ScramUsers users, byte[] decoySecret, int decoyIterations) {
        this(users, decoySecret, decoyIterations, randomNonces());
    }

    ScramSha256(ScramUsers users, byte[] decoySecret, int decoyIterations, Supplier<String> nonces) {
        if (decoySecret.length == 0) {
            throw new IllegalArgumentException("decoySecret must not be empty");
        }
        this.users = users;
        this.decoySecret = decoySecret.clone();
        this.decoyIterations = decoyIterations;
        this.nonces = nonces;
    }

    private static Supplier<String> randomNonces() {
        SecureRandom random = new SecureRandom();
        return () -> {
            byte[] bytes = new byte[NONCE_BYTES];
            random.nextBytes(bytes);
            return Base64.getEncoder().withoutPadding().encodeToString(bytes);
        };
    }

    /**
     * Brings a user name into the form in which it is compared.
     *
     * @throws IllegalArgumentException if SASLprep (RFC 4013) does not allow it
     */
    public static String prepare(String userName) {
        return new String(ScramCredential.prepared(userName.toCharArray()));
    }

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public Exchange begin(Credentials credentials) {
        return new ScramExchange(users, this::decoy, nonces.get());
    }

    /** Nothing that anybody could know fits to it. */
    private ScramCredential decoy(String userName) {
        byte[] name = userName.getBytes(StandardCharsets.UTF_8);
        byte[] derived = ScramCredential.hmac(decoySecret, name);
        byte[] unknowable = ScramCredential.hmac(decoySecret, derived);
        return new ScramCredential(decoyIterations, Arrays.copyOf(derived, SALT_BYTES), unknowable, unknowable);
    }
}
