package io.zanzara.service.engine;

import io.zanzara.access.ScramCredential;
import io.zanzara.access.ScramSha256;
import io.zanzara.access.ScramUsers;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Users who log in with the method SCRAM-SHA-256.
 *
 * @param users Who may log in with the method SCRAM-SHA-256; entries are made with: java -jar broker-service.jar scram-sha-256 NAME.
 * @param decoySecret Any secret text, from which unknown users get a salt as if they existed; empty for a new one at each start.
 */
public record ScramSettings(
        @DefaultValue List<User> users, @DefaultValue("") String decoySecret) {

    private static final String PREFIX = "zanzara.authentication.scram-sha-256.";
    private static final String HIDDEN = "(hidden)";
    private static final int ENTROPY_BYTES = 32;

    /**
     * One user.
     *
     * @param name by which the authorizer is asked
     * @param credential SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey
     */
    public record User(
            @DefaultValue("") String name, @DefaultValue("") String credential) {

        /** Never shows the credential. */
        @Override
        public String toString() {
            return "User[" + name + "]";
        }
    }

    /** Checks all entries. */
    public ScramSettings {
        users = List.copyOf(users);
        credentials(users);
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "ScramSettings" + users;
    }

    private static Map<String, ScramCredential> credentials(List<User> users) {
        Map<String, ScramCredential> byName = new LinkedHashMap<>();
        for (int i = 0; i < users.size(); i++) {
            User user = users.get(i);
            String entry = PREFIX + "users[" + i + "].";
            String name = prepared(entry, user.name());
            ScramCredential credential;
            try {
                credential = ScramCredential.parse(user.credential());
            } catch (IllegalArgumentException e) {
                throw new InvalidSettingException(
                        entry + "credential", user.credential().isEmpty() ? "" : HIDDEN, ScramCredential.FORM);
            }
            if (byName.putIfAbsent(name, credential) != null) {
                throw new InvalidSettingException(entry + "name", user.name(), "another than those before it");
            }
        }
        return byName;
    }

    private static String prepared(String entry, String name) {
        try {
            return ScramSha256.prepare(name);
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(
                    entry + "name", name, "a name without control characters, private characters and the like");
        }
    }

    /** Returns the method; what it does not know looks like the first of its users. */
    ScramSha256 method() {
        Map<String, ScramCredential> known = credentials(users);
        int iterations = known.values().iterator().next().iterations();
        return new ScramSha256(ScramUsers.of(known), secret(), iterations);
    }

    private byte[] secret() {
        byte[] secret = decoySecret.getBytes(StandardCharsets.UTF_8);
        if (secret.length == 0) {
            secret = new byte[ENTROPY_BYTES];
            new SecureRandom().nextBytes(secret);
        }
        return secret;
    }
}
