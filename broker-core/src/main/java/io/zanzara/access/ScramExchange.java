package io.zanzara.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.zanzara.access.EnhancedAuthenticator.Exchange;
import io.zanzara.access.EnhancedAuthenticator.Step;
import io.zanzara.message.ReasonCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One authentication with SCRAM-SHA-256, the server's side. The names are those of RFC 5802, section 7. Whatever is wrong with the client's
 * messages, it is refused with the same code; the reason names what a well-behaved client needs to know, never whether the user exists.
 */
final class ScramExchange implements Exchange {

    private static final byte[] NOTHING = {};
    private static final int MOST_BYTES = 8_192;

    /** gs2-header with the channel binding flag, an optional authorization identity, then client-first-message-bare. */
    private static final Pattern CLIENT_FIRST =
            Pattern.compile("(([nyp](?:=[^,]*)?),(?:a=([^,]+))?,)(n=([^,]+),r=([\\x21-\\x2B\\x2D-\\x7E]+)(?:,.*)?)");

    private static final Pattern CLIENT_FINAL =
            Pattern.compile("(c=([A-Za-z0-9+/=]+),r=([\\x21-\\x2B\\x2D-\\x7E]+)(?:,.*)?),p=([A-Za-z0-9+/=]+)");

    private final ScramUsers users;
    private final Function<String, ScramCredential> decoys;
    private final String serverNonce;
    private boolean invited;
    private @Nullable Challenged challenged;

    /** What is known when the challenge is out. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Challenged(
            String userName,
            boolean exists,
            ScramCredential credential,
            String gs2Header,
            String clientFirstBare,
            String nonce,
            String serverFirst) {
        @Override
        public String toString() {
            return "Challenged";
        }
    }

    /** @param decoys makes a credential for a name that is not known */
    ScramExchange(ScramUsers users, Function<String, ScramCredential> decoys, String serverNonce) {
        this.users = users;
        this.decoys = decoys;
        this.serverNonce = serverNonce;
    }

    @Override
    public CompletionStage<Step> next(byte @Nullable [] data) {
        Challenged open = challenged;
        if (data == null && open == null && !invited) {
            invited = true; // RFC 4422, section 3: a client that speaks first may be asked to
            return CompletableFuture.completedFuture(Step.challenge(NOTHING));
        }
        String message = text(data);
        if (message == null) {
            return refused("the authentication data is not valid");
        }
        return open == null ? clientFirst(message) : CompletableFuture.completedFuture(clientFinal(message, open));
    }

    private static @Nullable String text(byte @Nullable [] data) {
        if (data == null || data.length > MOST_BYTES) {
            return null;
        }
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private CompletionStage<Step> clientFirst(String message) {
        Matcher parts = CLIENT_FIRST.matcher(message);
        if (!parts.matches()) {
            return refused("the client's first message is not one of SCRAM");
        }
        String binding = parts.group(2);
        if (!binding.equals("n") && !binding.equals("y")) {
            return refused("there is no channel binding here");
        }
        String userName = userName(parts.group(5));
        if (userName == null) {
            return refused("the user name has characters that are not allowed");
        }
        String authorization = parts.group(3);
        if (authorization != null && !userName.equals(userName(authorization))) {
            return refused("no user may act as another");
        }
        String nonce = parts.group(6) + serverNonce;
        return users.find(userName).thenApply(found -> {
            ScramCredential credential = found.orElseGet(() -> decoys.apply(userName));
            String serverFirst = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(credential.salt()) + ",i="
                    + credential.iterations();
            challenged = new Challenged(
                    userName, found.isPresent(), credential, parts.group(1), parts.group(4), nonce, serverFirst);
            return Step.challenge(serverFirst.getBytes(UTF_8));
        });
    }

    /** Returns the name that a saslname stands for, prepared, or null if it is none. */
    private static @Nullable String userName(String saslName) {
        if (saslName.replace("=2C", "").replace("=3D", "").indexOf('=') >= 0) {
            return null;
        }
        try {
            return ScramSha256.prepare(saslName.replace("=2C", ",").replace("=3D", "="));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Step clientFinal(String message, Challenged open) {
        Matcher parts = CLIENT_FINAL.matcher(message);
        boolean fits = parts.matches()
                && open.gs2Header().equals(decoded(parts.group(2)))
                && open.nonce().equals(parts.group(3));
        if (!fits) {
            return failure("the client's final message does not fit to its first");
        }
        byte[] proof = bytes(parts.group(4));
        ScramCredential credential = open.credential();
        String authMessage = open.clientFirstBare() + "," + open.serverFirst() + "," + parts.group(1);
        byte[] signed = authMessage.getBytes(UTF_8);
        byte[] clientSignature = ScramCredential.hmac(credential.storedKey(), signed);
        byte[] clientKey = new byte[ScramCredential.KEY_BYTES];
        byte[] sized = Arrays.copyOf(proof, ScramCredential.KEY_BYTES);
        for (int i = 0; i < clientKey.length; i++) {
            clientKey[i] = (byte) (sized[i] ^ clientSignature[i]);
        }
        boolean proved = MessageDigest.isEqual(ScramCredential.sha256(clientKey), credential.storedKey());
        if (!(proved & open.exists() & proof.length == ScramCredential.KEY_BYTES)) {
            return failure("the user name or password is not right");
        }
        byte[] serverSignature = ScramCredential.hmac(credential.serverKey(), signed);
        String serverFinal = "v=" + Base64.getEncoder().encodeToString(serverSignature);
        return Step.success(serverFinal.getBytes(UTF_8), open.userName());
    }

    private static byte[] bytes(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return NOTHING;
        }
    }

    private static String decoded(String base64) {
        return new String(bytes(base64), UTF_8);
    }

    private static CompletionStage<Step> refused(String reason) {
        return CompletableFuture.completedFuture(failure(reason));
    }

    private static Step failure(String reason) {
        return Step.failure(ReasonCode.NOT_AUTHORIZED, reason);
    }
}
