package io.zanzara.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.access.EnhancedAuthenticator.Challenge;
import io.zanzara.access.EnhancedAuthenticator.Exchange;
import io.zanzara.access.EnhancedAuthenticator.Failure;
import io.zanzara.access.EnhancedAuthenticator.Step;
import io.zanzara.access.EnhancedAuthenticator.Success;
import io.zanzara.message.ClientId;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SCRAM-SHA-256 against the example of RFC 7677, section 3, and against messages that a server must refuse. */
class ScramSha256Test {

    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String CLIENT_FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO" + SERVER_NONCE;
    private static final String SERVER_FIRST = "r=" + NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private static final String PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final String CLIENT_FINAL = "c=biws,r=" + NONCE + ",p=" + PROOF;
    private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    /** Computed with Python's hashlib. */
    private static final String PENCIL =
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
                    + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

    private final ScramSha256 method = new ScramSha256(
            ScramUsers.of(Map.of("user", ScramCredential.parse(PENCIL), "a,b=c", ScramCredential.parse(PENCIL))),
            new byte[] {1},
            4_096,
            () -> SERVER_NONCE);

    private Exchange exchange() {
        return method.begin(new Credentials(new ClientId("c"), null, null, "here", "tcp", null));
    }

    private static Step next(Exchange exchange, @Nullable String data) {
        return exchange.next(data == null ? null : data.getBytes(UTF_8))
                .toCompletableFuture()
                .join();
    }

    private static String challenge(Step step) {
        assertThat(step).isInstanceOf(Challenge.class);
        return new String(((Challenge) step).data(), UTF_8);
    }

    @Test
    void exampleOfTheRfc() {
        Exchange exchange = exchange();

        assertThat(challenge(next(exchange, CLIENT_FIRST))).isEqualTo(SERVER_FIRST);
        Step last = next(exchange, CLIENT_FINAL);

        assertThat(last).isInstanceOf(Success.class);
        assertThat(((Success) last).data()).asString(UTF_8).isEqualTo(SERVER_FINAL);
        assertThat(((Success) last).userName()).isEqualTo("user");
    }

    @Test
    void aClientThatSendsNothingAtFirstIsAskedOnce() {
        Exchange exchange = exchange();
        assertThat(challenge(next(exchange, null))).isEmpty();
        assertThat(next(exchange, null)).isInstanceOf(Failure.class);

        Exchange another = exchange();
        assertThat(challenge(next(another, null))).isEmpty();
        assertThat(challenge(next(another, CLIENT_FIRST))).isEqualTo(SERVER_FIRST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n=user,r=x",
                "n,,n=user",
                "n,,r=x,n=user",
                "n,,n=,r=x",
                "n,,n=user,r=",
                "n,,n=user,r=a b",
                "p=tls-unique,,n=user,r=x",
                "n,,m=future,n=user,r=x",
                "n,a=admin,n=user,r=x",
                "n,,n=us=2cer,r=x",
                "n,,n=us=er,r=x",
                "n,,n=us\u0007er,r=x",
                "n,,n=\u00AD,r=x"
            })
    void firstMessagesThatAreRefused(String message) {
        assertThat(next(exchange(), message)).isInstanceOf(Failure.class);
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        byte[] bytes = CLIENT_FIRST.getBytes(UTF_8);
        bytes[6] = (byte) 0xFF;
        assertThat(exchange().next(bytes).toCompletableFuture().join()).isInstanceOf(Failure.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "n,,n=user,r=x",
                "y,,n=user,r=x",
                "n,a=user,n=user,r=x",
                "n,,n=a=2Cb=3Dc,r=x",
                "n,,n=u\u00ADser,r=x",
                "n,,n=user,r=x,z=unknown"
            })
    void firstMessagesThatAreFine(String message) {
        assertThat(challenge(next(exchange(), message))).startsWith("r=x" + SERVER_NONCE + ",s=W22ZaJ0SNY7s");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c=biws,r=" + NONCE,
                "c=eSws,r=" + NONCE + ",p=" + PROOF,
                "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=" + PROOF,
                "c=biws,r=" + NONCE + "x,p=" + PROOF,
                "c=biws,r=" + NONCE + ",p=eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "c=biws,r=" + NONCE + ",p=dHzb",
                "c=biws,r=" + NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQA",
                "c=biws,r=" + NONCE + ",p=====",
                "c=biws,r=" + NONCE + ",z=added,p=" + PROOF,
                // whose proofs are right, but not their channel binding or nonce (computed with Python's hashlib)
                "c=eSws,r=" + NONCE + ",p=FoqiHTtQEDE8lz1CdaEe3tK4mS+iMDTl77SPyDS53DY=",
                "c=biws,r=" + NONCE + "x,p=jIAulLel2yOSdws13QeDb+EjnVISOeTduGuUvrR3ZJA="
            })
    void finalMessagesThatAreRefused(String message) {
        Exchange exchange = exchange();
        next(exchange, CLIENT_FIRST);
        assertThat(next(exchange, message)).isInstanceOf(Failure.class);
    }

    @Test
    void anUnknownUserLooksLikeOneWithAWrongPassword() {
        Exchange known = exchange();
        Exchange unknown = exchange();
        next(known, CLIENT_FIRST);
        String first = challenge(next(unknown, "n,,n=nobody,r=x"));
        String again = challenge(next(exchange(), "n,,n=nobody,r=x"));
        String other = challenge(next(exchange(), "n,,n=somebody,r=x"));

        assertThat(first).matches("r=x.*,s=[A-Za-z0-9+/]{22}==,i=4096").isEqualTo(again);
        assertThat(other).isNotEqualTo(first);
        Failure wrong = (Failure) next(known, "c=biws,r=" + NONCE + ",p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        assertThat(next(unknown, "c=biws,r=x" + SERVER_NONCE + ",p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="))
                .isEqualTo(wrong);
    }

    @Test
    void credentialsAreMadeAndReadAsPostgresqlWritesThem() {
        assertThat(ScramCredential.of("pencil".toCharArray(), SALT, 4_096).encoded())
                .isEqualTo(PENCIL);
        assertThat(ScramCredential.parse(PENCIL).encoded()).isEqualTo(PENCIL);
        // computed with Python's hashlib
        assertThat(ScramCredential.of("pässwört €".toCharArray(), "0123456789abcdef".getBytes(UTF_8), 4_096)
                        .encoded())
                .isEqualTo("SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg=="
                        + "$ZPRhvhkV3xVVhig9mIxCz0rP+UnJqmKnAuy5yG9l60s="
                        + ":VcIltKWzwCWB0R+qFRUk1Fu3ZeJCZHYBjepIVdUZwjA=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "md5abc",
                "SCRAM-SHA-256$4095:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
                "SCRAM-SHA-256$99999999:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
                "SCRAM-SHA-256$4096:W22Z=JJ$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
                "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
                "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
            })
    void textsThatAreNoCredentials(String text) {
        assertThatThrownBy(() -> ScramCredential.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void passwordsThatCannotBe() {
        assertThatThrownBy(() -> ScramCredential.of(new char[0], SALT, 4_096))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ScramCredential.of("a\u0007".toCharArray(), SALT, 4_096))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingShowsASecret() {
        Exchange exchange = exchange();
        assertThat(ScramCredential.parse(PENCIL).toString()).doesNotContain("WG5d8", "wfPL", "W22Z");
        assertThat(next(exchange, CLIENT_FIRST).toString()).isEqualTo("Challenge");
        assertThat(next(exchange, CLIENT_FINAL).toString()).isEqualTo("Success[user user]");
    }
}
