package io.zanzara.moquette.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moquette.broker.security.IAuthenticator;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;
import io.zanzara.access.Credentials;
import io.zanzara.access.ServerBusyException;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.TopicFilter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {

    private static final ClientId CLIENT = new ClientId("client");
    /** SHA-256 of "secret". */
    private static final String HASH = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    private static Credentials credentials(@Nullable String user, @Nullable String password) {
        return new Credentials(
                CLIENT, user, password == null ? null : password.getBytes(UTF_8), "127.0.0.1:1", "tcp", null);
    }

    private static boolean decides(MoquetteAuthenticator authenticator, Credentials credentials) {
        return authenticator.authenticate(credentials).toCompletableFuture().join();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoGivesNoNameIsNotAskedAbout(boolean allowed) {
        IAuthenticator never = (client, user, password) -> {
            throw new IllegalStateException("asked");
        };
        try (MoquetteAuthenticator authenticator = new MoquetteAuthenticator(never, allowed, false)) {
            assertThat(decides(authenticator, credentials(null, null))).isEqualTo(allowed);
            assertThat(decides(authenticator, credentials("", "secret"))).isEqualTo(allowed);
            assertThat(authenticator.userName(credentials("", null))).isNull();
            assertThat(decides(authenticator, credentials("ann", "secret"))).isFalse();
        }
    }

    @Test
    void oneThatBlocksIsAskedElsewhereAndAboutSoManyOnly() {
        CountDownLatch gate = new CountDownLatch(1);
        IAuthenticator blocking = (client, user, password) -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                return false;
            }
            return true;
        };
        try (MoquetteAuthenticator authenticator = new MoquetteAuthenticator(blocking, true, false)) {
            List<CompletionStage<Boolean>> waiting = new ArrayList<>();
            for (int i = 0; i < 1_004; i++) {
                waiting.add(authenticator.authenticate(credentials("ann", "secret")));
            }
            assertThatThrownBy(() -> decides(authenticator, credentials("ann", "secret")))
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(ServerBusyException.class);

            gate.countDown();

            assertThat(waiting)
                    .allSatisfy(each ->
                            assertThat(each.toCompletableFuture().join()).isTrue());
        }
    }

    @Test
    void aPasswordFileIsReadAsMoquetteWritesIt() throws IOException {
        PasswordFile file = new PasswordFile(
                List.of("# users", "", "ann:" + HASH, "bob : " + HASH.toUpperCase(java.util.Locale.ROOT)));

        assertThat(file.checkValid("any", "ann", "secret".getBytes(UTF_8))).isTrue();
        assertThat(file.checkValid("any", "bob", "secret".getBytes(UTF_8))).isTrue();
        assertThat(file.checkValid("any", "ann", "Secret".getBytes(UTF_8))).isFalse();
        assertThat(file.checkValid("any", "ann", null)).isFalse();
        assertThat(file.checkValid("any", "eve", "secret".getBytes(UTF_8))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann", "ann:secret", ":2bb80d53", "ann:2bb80d53"})
    void aWrongLineIsNamedWithoutItsContent(String line) {
        assertThatThrownBy(() -> new PasswordFile(List.of("# users", line)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aPolicyIsAskedWithUserAndClientAndItsFailureIsANo() {
        List<String> failures = new ArrayList<>();
        List<String> asked = new ArrayList<>();
        IAuthorizatorPolicy policy = new IAuthorizatorPolicy() {
            @Override
            public boolean canWrite(Topic topic, String user, String client) {
                asked.add("write " + topic + " " + user + " " + client);
                throw new IllegalStateException("broken");
            }

            @Override
            public boolean canRead(Topic topic, String user, String client) {
                asked.add("read " + topic + " " + user + " " + client);
                return !topic.toString().equals("kept");
            }
        };
        MoquetteAuthorizer authorizer =
                new MoquetteAuthorizer(policy, (client, cause) -> failures.add(client + " " + cause.getMessage()));

        assertThat(authorizer.mayPublish(CLIENT, "ann", publication("a", false)))
                .isFalse();
        assertThat(authorizer.maySubscribe(CLIENT, null, TopicFilter.parse("$share/g/b/#"), Qos.AT_LEAST_ONCE))
                .isTrue();
        assertThat(authorizer.mayReceive(CLIENT, "ann", publication("kept", true)))
                .isFalse();
        assertThat(authorizer.mayReceive(CLIENT, "ann", publication("kept", false)))
                .isTrue();

        assertThat(asked).containsExactly("write a ann client", "read b/# null client", "read kept ann client");
        assertThat(failures).containsExactly("client broken");
    }

    private static Publication publication(String topic, boolean retain) {
        return new Publication(
                1,
                CLIENT,
                new io.zanzara.message.Topic(topic),
                Qos.AT_LEAST_ONCE,
                retain,
                new byte[0],
                Publication.NEVER,
                PublicationProperties.NONE);
    }
}
