package io.zanzara.testclient;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The client's side of SCRAM-SHA-256 (RFC 5802), written against the RFC and without the broker's code. For one authentication. */
public final class ScramClient {

    private final String password;
    private final String firstBare;
    private String serverSignature = "";

    public ScramClient(String userName, String password) {
        this.password = password;
        this.firstBare = "n=" + userName + ",r=fyko+d2lbbFgONRv9qkxdawL";
    }

    /** Returns client-first-message. */
    public byte[] first() {
        return ("n,," + firstBare).getBytes(UTF_8);
    }

    /** Returns client-final-message for server-first-message. */
    public byte[] answer(byte[] serverFirst) {
        String challenge = new String(serverFirst, UTF_8);
        String[] parts = challenge.split(",", 3);
        byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
        int iterations = Integer.parseInt(parts[2].substring(2));
        String withoutProof = "c=biws," + parts[0];
        byte[] message = (firstBare + "," + challenge + "," + withoutProof).getBytes(UTF_8);
        try {
            byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
                    .getEncoded();
            byte[] clientKey = hmac(salted, "Client Key".getBytes(UTF_8));
            byte[] proof = hmac(MessageDigest.getInstance("SHA-256").digest(clientKey), message);
            for (int i = 0; i < proof.length; i++) {
                proof[i] ^= clientKey[i];
            }
            serverSignature = base64(hmac(hmac(salted, "Server Key".getBytes(UTF_8)), message));
            return (withoutProof + ",p=" + base64(proof)).getBytes(UTF_8);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether server-final-message proves that the server knows the user. */
    public boolean recognises(byte[] serverFinal) {
        return Arrays.equals(serverFinal, ("v=" + serverSignature).getBytes(UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }
}
