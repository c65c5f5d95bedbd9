package io.zanzara.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zanzara.access.Authenticator;
import io.zanzara.access.Authorizer;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.TopicFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.Bean;

/** Each start that fails says so in one sentence: what is wrong, and what to do. */
final class StartFailuresTest {

    @TempDir
    Path folder;

    private static String sentence(String... options) {
        return sentence(new Class<?>[0], options);
    }

    private static String sentence(Class<?>[] beans, String... options) {
        Throwable failure =
                catchThrowable(() -> RunningService.start(beans, options).close());
        assertThat(failure).as("the service must not start").isNotNull();
        String sentence = StartFailures.describe(failure);
        assertThat(sentence).isNotNull().endsWith(".").doesNotContain("\n");
        return String.valueOf(sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zanzara.mqtt.port=70000 | zanzara.mqtt.port is '70000' but must be from 0 to 65535.",
                "zanzara.mqtt.port=abc | zanzara.mqtt.port is 'abc' but must be a whole number.",
                "zanzara.mqtt.event-loops=-1 | zanzara.mqtt.event-loops is '-1' but must be from 0 to 1024.",
                "zanzara.mqtt.prot=1 | zanzara.mqtt.prot is not a setting of the broker.",
                "zanzara.store.type=paper | zanzara.store.type is 'paper' but must be one of embedded, mongodb, memory.",
                "zanzara.events.log=maybe | zanzara.events.log is 'maybe' but must be true or false.",
                "zanzara.limits.max-packet-size=1KG | zanzara.limits.max-packet-size is '1KG' but must be a size such as 512KB or 1MB.",
                "zanzara.limits.max-packet-size=100B | zanzara.limits.max-packet-size is '100B' but must be from 128B to 268435460B.",
                "zanzara.limits.connect-timeout=soon | zanzara.limits.connect-timeout is 'soon' but must be a duration such as 10s, 5m or 1h.",
                "zanzara.limits.connect-timeout=1500ms | zanzara.limits.connect-timeout is '1500ms' but must be whole seconds from 1s to 3600s.",
                "zanzara.limits.queue-policy=x | zanzara.limits.queue-policy is 'x' but must be one of refuse, drop-oldest, drop-newest.",
                "zanzara.limits.max-queue-messages=-1 | zanzara.limits.max-queue-messages is '-1' but must be 0 or more.",
                "zanzara.limits.maximum-qos=3 | zanzara.limits.maximum-qos is '3' but must be from 0 to 2.",
                "zanzara.limits.retain-available=maybe | zanzara.limits.retain-available is 'maybe' but must be true or false.",
                "zanzara.redirect.server-reference=möwe:1883 | zanzara.redirect.server-reference is 'möwe:1883' but must be like broker.example.org:1883.",
                "zanzara.response-information-prefix=a/# | zanzara.response-information-prefix is 'a/#' but must be the beginning of a topic, without + and #, such as responses/.",
                "zanzara.limits.memory-budget=1KB | zanzara.limits.memory-budget is '1024B' but must be 1048576B or more.",
                "zanzara.limits.max-connections=-1 | zanzara.limits.max-connections is '-1' but must be 0 or more.",
                "zanzara.limits.max-connections-per-address=-1 | zanzara.limits.max-connections-per-address is '-1' but must be 0 or more.",
                "zanzara.limits.max-pending-connections-per-address=-1 | zanzara.limits.max-pending-connections-per-address is '-1' but must be 0 or more.",
                "zanzara.limits.take-over-by-any-user=maybe | zanzara.limits.take-over-by-any-user is 'maybe' but must be true or false.",
                "zanzara.mqtt.host=0.0.0.0 | zanzara.mqtt.host is '0.0.0.0' but must be localhost as long as nobody has to log in; name users in zanzara.authentication.users or zanzara.authentication.users-file, or set zanzara.authentication.anonymous to true if anybody may connect.",
                "zanzara.authentication.anonymous=maybe | zanzara.authentication.anonymous is 'maybe' but must be one of auto, true, false.",
                "zanzara.authentication.anonymous=false | zanzara.authentication.anonymous is 'false' but must be true or auto, unless there are users who can log in: in zanzara.authentication.users or zanzara.authentication.users-file.",
                "zanzara.authentication.users-file=/no/such | zanzara.authentication.users-file is '/no/such' but must be a file of users with a line NAME:HASH for each (there is no such file).",
                "zanzara.authorization.file=/no/such | zanzara.authorization.file is '/no/such' but must be a file of rules with lines such as 'topic read news/#' (there is no such file).",
                "management.server.port=abc | management.server.port is 'abc', which is not valid: Failed to convert it to a whole number.",
            })
    void settingThatIsNotAllowed(String option, String expected) {
        assertThat(sentence("--" + option)).isEqualTo(expected);
    }

    /** What is wrong is said, but nothing of a credential. */
    @Test
    void userThatIsNotAllowed() {
        String user = "zanzara.authentication.scram-sha-256.users[0].";
        String good = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
                + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
        String must =
                " but must be like SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey, with at least 4096 iterations and"
                        + " the rest in Base64.";
        assertThat(sentence("--" + user + "name=alice")).isEqualTo(user + "credential is ''" + must);
        assertThat(sentence("--" + user + "name=alice", "--" + user + "credential=secret"))
                .isEqualTo(user + "credential is '(hidden)'" + must);
        assertThat(sentence("--" + user + "credential=" + good))
                .isEqualTo(user
                        + "name is '' but must be a name without control characters, private characters and the like.");
        String second = user.replace('0', '1');
        assertThat(sentence(
                        "--" + user + "name=alice",
                        "--" + user + "credential=" + good,
                        "--" + second + "name=alice",
                        "--" + second + "credential=" + good))
                .isEqualTo(second + "name is 'alice' but must be another than those before it.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host=localhost | port is '' but must be from 0 to 65535.",
                "port=70000 | port is '70000' but must be from 0 to 65535.",
                "port=0 name= | name is '' but must be a name that no other listener has.",
                "port=0 host= | host is '' but must be an address such as localhost, or 0.0.0.0 for all addresses.",
                "port=0 transport=udp | transport is 'udp' but must be one of tcp, tls, websocket, secure-websocket.",
                "port=0 path=/mqtt | path is '/mqtt' but must be empty, because only websocket and secure-websocket have a path.",
                "port=0 transport=websocket path=mqtt | path is 'mqtt' but must be the path of a URL, such as /mqtt.",
                "port=0 transport=tls | ssl-bundle is '' but must be the name of a bundle under spring.ssl.bundle, because the transport is tls.",
                "port=0 ssl-bundle=x | ssl-bundle is 'x' but must be empty, because the transport is tcp and not tls or secure-websocket.",
                "port=0 client-authentication=need | client-authentication is 'need' but must be none, because the transport is tcp and not tls or secure-websocket.",
                "port=0 client-authentication=must | client-authentication is 'must' but must be one of none, want, need.",
                "port=0 transport=tls ssl-bundle=x user-name-from-certificate=true | user-name-from-certificate is 'true' but must be false, unless zanzara.listeners[0].client-authentication is want or need.",
                "port=0 max-connections=-1 | max-connections is '-1' but must be 0 or more.",
                "port=0 colour=red | colour is not a setting of the broker.",
                "port=0 transport=tls ssl-bundle=x | ssl-bundle is 'x' but must be the name of a bundle under spring.ssl.bundle.",
                "port=0 host=0.0.0.0 | host is '0.0.0.0' but must be localhost as long as nobody has to log in; name users in zanzara.authentication.users or zanzara.authentication.users-file, or set zanzara.authentication.anonymous to true if anybody may connect.",
            })
    void listenerThatIsNotAllowed(String options, String expected) {
        List<String> all = new ArrayList<>(List.of("--zanzara.listeners[0].name=one"));
        for (String option : options.split(" ")) {
            all.removeIf(each -> option.startsWith("name="));
            all.add("--zanzara.listeners[0]." + option);
        }
        assertThat(sentence(all.toArray(String[]::new))).isEqualTo("zanzara.listeners[0]." + expected);
    }

    @Test
    void listenersThatMeetEachOtherOrTheOneThatIsTheDefault() {
        String one = "--zanzara.listeners[0].";
        String two = "--zanzara.listeners[1].";
        assertThat(sentence(one + "name=a", one + "port=0", two + "name=a", two + "port=0"))
                .isEqualTo("zanzara.listeners[1].name is 'a' but must be a name that no other listener has.");
        assertThat(sentence(one + "name=a", one + "port=51999", two + "name=b", two + "port=51999"))
                .isEqualTo("zanzara.listeners[1].port is '51999' but must be another than that of listener a on the"
                        + " same address.");
        assertThat(sentence(one + "name=a", one + "port=0", "--zanzara.mqtt.port=5112"))
                .isEqualTo("zanzara.mqtt.port is '5112' but must be left out, because zanzara.listeners says where the"
                        + " broker listens.");
    }

    /** Users in the form of the file, where a list belongs, have hashes too. */
    @Test
    void usersThatAreNoListAreNotShown() {
        assertThat(sentence("--zanzara.authentication.users=alice:$2b$10$abcdefghijklmnopqrstuv"))
                .startsWith("zanzara.authentication.users is '(hidden)' but must be ")
                .doesNotContain("$2b$");
    }

    /** A password in a hash's place is not shown. */
    @Test
    void userWithAPasswordThatIsNotAllowed() {
        String user = "zanzara.authentication.users[0].";
        String must =
                " but must be a bcrypt hash, which this command makes: java -jar broker-service.jar password NAME.";
        assertThat(sentence("--" + user + "name=alice", "--" + user + "password-hash=secret"))
                .isEqualTo(user + "password-hash is '(hidden)'" + must);
        assertThat(sentence("--" + user + "name=alice")).isEqualTo(user + "password-hash is ''" + must);
        assertThat(sentence("--" + user + "password-hash=secret"))
                .isEqualTo(user + "name is '' but must be the name of a user.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "topic=a/# | allow is '' but must be one or more of publish, retain, subscribe.",
                "topic=a/# allow=write | allow is 'write' but must be one of publish, retain, subscribe.",
                "topic=a#b allow=publish | topic is 'a#b' but must be a topic filter (not a topic filter: 'a#b'; allowed are levels separated by '/', where '+' stands alone in its level and '#' alone in the last).",
            })
    void ruleThatIsNotAllowed(String options, String expected) {
        String rule = "zanzara.authorization.rules[0].";
        String[] all = Arrays.stream(options.split(" "))
                .map(option -> "--" + rule + option)
                .toArray(String[]::new);
        assertThat(sentence(all)).isEqualTo(rule + expected);
    }

    /** What would never be asked. */
    @Test
    void settingsBesideBeansThatDecide() {
        Class<?>[] beans = {Deciding.class};
        String who = "because a bean of type Authenticator decides who may connect.";
        assertThat(sentence(beans, "--zanzara.authentication.users-file=/users"))
                .isEqualTo("zanzara.authentication.users-file is '/users' but must be empty, " + who);
        assertThat(sentence(beans, "--zanzara.authentication.anonymous=true"))
                .isEqualTo("zanzara.authentication.anonymous is 'true' but must be auto, " + who);
        assertThat(sentence(beans, "--zanzara.authorization.file=/rules"))
                .isEqualTo("zanzara.authorization.file is '/rules' but must be empty, because a bean of type Authorizer"
                        + " decides what clients may do.");
    }

    /** Beans of an application. */
    static final class Deciding {

        @Bean
        Authenticator own() {
            return credentials -> CompletableFuture.completedFuture(true);
        }

        @Bean
        Authorizer ownRules() {
            return new Authorizer() {
                @Override
                public boolean mayPublish(ClientId client, @Nullable String userName, Publication publication) {
                    return true;
                }

                @Override
                public boolean maySubscribe(ClientId client, @Nullable String userName, TopicFilter filter, Qos qos) {
                    return true;
                }
            };
        }
    }

    @Test
    void mqttPortTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            assertThat(sentence("--zanzara.mqtt.port=" + taken.getLocalPort()))
                    .startsWith("Can't listen on localhost:" + taken.getLocalPort());
        }
    }

    @Test
    void managementPortTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(sentence("--management.server.port=" + taken.getLocalPort()))
                    .contains(String.valueOf(taken.getLocalPort()))
                    .contains("management.server.port");
        }
    }

    @Test
    void embeddedStoreIsNotAFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");

        assertThat(sentence("--zanzara.store.embedded.path=" + file))
                .contains(file.toString())
                .contains("zanzara.store.embedded.path");
    }

    @Test
    void embeddedStoreIsInUse() {
        String option = "--zanzara.store.embedded.path=" + folder.resolve("data");
        try (RunningService running = RunningService.start(option)) {
            assertThat(running.get("health").body()).contains(folder.toString());
            assertThat(sentence(option)).contains(folder.toString()).contains("use");
        }
    }

    @Test
    void mongodbUriIsNone() {
        assertThat(sentence("--zanzara.store.type=mongodb", "--spring.mongodb.uri=mongdb://x"))
                .startsWith("spring.mongodb.uri is not valid: ");
    }
}
