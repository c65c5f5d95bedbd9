package io.zanzara.moquette.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.Packets.Will;
import io.zanzara.testclient.Properties;
import io.zanzara.testclient.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what. */
interface AuthorizationContract extends UnderTest {

    String ACL_FILE = """
            # everybody
            topic readwrite open/+
            topic read news

            user ada
            topic write news
            topic for/ada

            pattern write from/%u/%c
            pattern read to/%c/+
            """;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    default void whatMayNotBeWrittenIsNotDelivered(int qos) throws Exception {
        Rules rules = new Rules((topic, user, client) -> true, (topic, user, client) -> topic.equals("open"));
        Server server = under().start(Extensions.of().with(rules));
        RawClient watcher = under().connect(server, "watcher").subscribe(0, "#");
        RawClient writer = under().connect(server, "writer");

        writer.send(Packets.MQTT_3_1_1.publish("closed", "no", qos, 1));
        writer.send(Packets.MQTT_3_1_1.publish("open", "yes", 0, 0));

        assertThat(watcher.expect(Packet.PUBLISH).topic()).isEqualTo("open");
        assertThat(rules.asked()).contains("write closed null writer", "write open null writer");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    default void whatMayNotBeReadIsNotSubscribedTo(int level) throws Exception {
        Rules rules = new Rules((topic, user, client) -> !topic.equals("closed"));
        Server server = under().start(Extensions.of().with(rules));
        Packets packets = new Packets(level);
        RawClient client = under().connect(server, packets, Connect.clean("reader"));

        client.send(packets.subscribe(1, 1, "open/1", "closed", "open/2"));

        int[] codes = client.expect(Packet.SUBACK).codes();
        assertThat(codes[0]).isEqualTo(1);
        if (level > 3) { // 3.1 has no code for it
            assertThat(codes[1]).isGreaterThanOrEqualTo(0x80);
        }
        assertThat(codes[2]).isEqualTo(1);
        assertThat(rules.asked()).contains("read open/1 null reader", "read closed null reader");
        Messages.publish(server, "closed", "no", 0, false);
        Messages.publish(server, "open/2", "yes", 0, false);
        assertThat(client.expect(Packet.PUBLISH).topic()).isEqualTo("open/2");
    }

    @Test
    default void usersAreToldToThePolicy() throws Exception {
        Rules rules = new Rules((topic, user, client) -> "ada".equals(user));
        Server server = under().start(Extensions.of().with(rules));
        PahoClient client = under().paho(server, "one").user("ada", "x");
        client.connect();

        client.subscribe("a/+", 1);
        client.publish("a/b", "hello", 1);

        Embedding.await().until(() -> client.received().contains("a/b hello"));
        assertThat(rules.asked()).contains("read a/+ ada one", "write a/b ada one");
    }

    @Test
    default void thePolicySeesTheFilterOfASharedSubscription() throws Exception {
        Rules rules = new Rules((topic, user, client) -> true);
        Server server = under().start(Extensions.of().with(rules));

        under().connect(server, Packets.MQTT_5, Connect.clean("worker")).subscribe(1, "$share/group/jobs/+");

        assertThat(rules.asked()).contains("read jobs/+ null worker");
    }

    @Test
    default void whatMayNoLongerBeReadGoesWhenTheSessionIsResumed() throws Exception {
        AtomicBoolean allowed = new AtomicBoolean(true);
        Rules rules = new Rules(
                (topic, user, client) -> allowed.get() || topic.equals("fence"), (topic, user, client) -> true);
        Server server = under().start(Extensions.of().with(rules));
        under().connect(server, Packets.MQTT_3_1_1, Connect.persistent("reader"))
                .subscribe(1, "a", "fence")
                .disconnect();
        allowed.set(false);

        RawClient back = under().open(server, Packets.MQTT_3_1_1);
        assertThat(back.connect(Connect.persistent("reader")).sessionPresent()).isTrue();
        Messages.publish(server, "a", "no", 1, false);
        Messages.publish(server, "fence", "yes", 1, false);

        assertThat(back.expect(Packet.PUBLISH).topic()).isEqualTo("fence");
    }

    @Test
    default void thePolicyNamedInTheConfigurationDecides() throws Exception {
        Server server =
                under().start(IConfig.AUTHORIZATOR_CLASS_NAME, OnlyTheNamedUser.class.getName(), "only.user", "grace");
        PahoClient grace = under().paho(server, "one").user("grace", "x");
        RawClient nobody = under().connect(server, "two");
        grace.connect();
        grace.subscribe("a", 0);

        nobody.send(Packets.MQTT_3_1_1.subscribe(1, 0, "a"));
        assertThat(nobody.expect(Packet.SUBACK).code()).isEqualTo(0x80);
        nobody.send(Packets.MQTT_3_1_1.publish("a", "no", 0, 0), Packets.MQTT_3_1_1.pingReq());
        nobody.expect(Packet.PINGRESP);
        grace.publish("a", "yes", 1);

        Embedding.await().until(() -> grace.received().contains("a yes"));
        assertThat(grace.received()).containsExactly("a yes");
    }

    /** Which lines of the file let whom do what: a client, its user, and what it tries. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "one ada write news yes",
                "one bob write news no",
                "one bob read news yes",
                "one ada write open/a yes",
                "one ada write open/a/b no",
                "one bob read open/+ yes",
                "one bob read open/a yes",
                "one bob read # no",
                "one ada read for/ada yes",
                "one bob read for/ada no",
                "one ada write from/ada/one yes",
                "one ada write from/bob/one no",
                "two ada write from/ada/one no",
                "one ada read from/ada/one no",
                "one bob read to/one/x yes",
                "one bob read to/two/x no",
                "one bob write elsewhere no"
            })
    default void theAclFileDecides(String line) throws Exception {
        String[] words = line.split(" ");
        Path file = Files.writeString(Embedding.folder().resolve("acl.conf"), ACL_FILE);
        Server server = under().start(
                        IConfig.ACL_FILE_PROPERTY_NAME, file.toAbsolutePath().toString());
        PahoClient client = under().paho(server, words[0]).user(words[1], "x");
        client.connect();

        boolean done = words[2].equals("read") ? reads(client, words[3]) : writes(server, client, words[3]);

        assertThat(done).isEqualTo(words[4].equals("yes"));
    }

    private static boolean reads(PahoClient client, String filter) {
        try {
            client.subscribe(filter, 0);
            return true;
        } catch (MqttException refused) {
            return false;
        }
    }

    /** What a handler is told of has been let through. */
    private static boolean writes(Server server, PahoClient client, String topic) throws Exception {
        Recorder recorder = Recorder.ofEverything();
        server.addInterceptHandler(recorder);
        client.publish(topic, "x", 0);
        client.publish("open/fence", "x", 0);
        recorder.first(1);
        return !recorder.line("publish").contains("open/fence");
    }

    @Test
    @Shows(MoquetteDefect.WILLS_ARE_NOT_CHECKED)
    default void aWillThatMayNotBeWrittenIsNotSent() throws Exception {
        Rules rules = new Rules((topic, user, client) -> true, (topic, user, client) -> topic.equals("open"));
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder).with(rules));
        RawClient watcher = under().connect(server, "watcher").subscribe(0, "#");

        under().connect(
                        server,
                        Packets.MQTT_3_1_1,
                        Connect.clean("dies").withWill(new Will("closed", "farewell", 0, false, 0)))
                .close();
        recorder.line("lost dies");
        Embedding.await().until(() -> server.listConnectedClients().size() == 1);
        Messages.publish(server, "open", "fence", 0, false);

        under().assertShows(
                        MoquetteDefect.WILLS_ARE_NOT_CHECKED,
                        watcher.expect(Packet.PUBLISH).topic());
    }

    @Test
    @Shows(MoquetteDefect.RETAINED_MESSAGES_ARE_NOT_CHECKED)
    default void aRetainedMessageThatMayNotBeReadIsNotSent() throws Exception {
        Rules rules = new Rules((topic, user, client) -> !topic.equals("a/closed"), (topic, user, client) -> true);
        Server server = under().start(Extensions.of().with(rules));
        Messages.publish(server, "a/closed", "no", 1, true);

        RawClient reader = under().connect(server, "reader").subscribe(0, "a/+");
        Messages.publish(server, "a/open", "fence", 0, false);

        under().assertShows(
                        MoquetteDefect.RETAINED_MESSAGES_ARE_NOT_CHECKED,
                        reader.expect(Packet.PUBLISH).topic());
    }

    @Test
    @Shows(MoquetteDefect.REFUSED_SHARED_SUBSCRIPTIONS_ARE_MADE)
    default void aSharedSubscriptionThatMayNotBeReadIsNotMade() throws Exception {
        Rules rules = new Rules((topic, user, client) -> !topic.equals("closed"), (topic, user, client) -> true);
        Server server = under().start(Extensions.of().with(rules));
        RawClient client = under().connect(server, Packets.MQTT_5, Connect.clean("worker"));
        client.send(Packets.MQTT_5.subscribe(1, Properties.NONE, 0, "$share/group/closed", "open"));
        assertThat(client.expect(Packet.SUBACK).codes()[0]).isGreaterThanOrEqualTo(0x80);

        Messages.publish(server, "closed", "no", 0, false);
        Messages.publish(server, "open", "fence", 0, false);

        under().assertShows(
                        MoquetteDefect.REFUSED_SHARED_SUBSCRIPTIONS_ARE_MADE,
                        client.expect(Packet.PUBLISH).topic());
    }

    @Test
    @Shows(MoquetteDefect.REFUSED_PUBLISHES_ARE_NOT_ACKNOWLEDGED)
    default void aRefusedPublishIsAcknowledged() throws Exception {
        Rules rules = new Rules((topic, user, client) -> !topic.equals("closed"));
        Server server = under().start(Extensions.of().with(rules));
        RawClient client = under().connect(server, Packets.MQTT_5, Connect.clean("writer"));

        client.send(Packets.MQTT_5.publish("closed", "no", 1, 1), Packets.MQTT_5.publish("open", "yes", 1, 2));

        Packet first = client.expect(Packet.PUBACK);
        under().assertShows(
                        MoquetteDefect.REFUSED_PUBLISHES_ARE_NOT_ACKNOWLEDGED,
                        "packet %d, code 0x%X".formatted(first.packetIdentifier(), first.code()));
    }

    @Test
    @Shows(MoquetteDefect.MULTI_LEVEL_WILDCARDS_IN_ACL_FILES_ARE_COMMENTS)
    default void theMultiLevelWildcardIsNoComment() throws Exception {
        Path file = Files.writeString(Embedding.folder().resolve("acl.conf"), "topic read open/#\n");
        Server server = under().start(
                        IConfig.ACL_FILE_PROPERTY_NAME, file.toAbsolutePath().toString());
        PahoClient client = under().paho(server, "one");
        client.connect();

        under().assertShows(
                        MoquetteDefect.MULTI_LEVEL_WILDCARDS_IN_ACL_FILES_ARE_COMMENTS,
                        reads(client, "open/a/b") ? "read" : "refused");
    }

    /** The pattern "data/%c" is for one client; a client that calls itself "#" must not get what all may have. */
    @Test
    @Shows(MoquetteDefect.CLIENT_IDENTIFIERS_ARE_WILDCARDS)
    default void aClientIdentifierIsNoWildcard() throws Exception {
        Path file = Files.writeString(
                Embedding.folder().resolve("acl.conf"), "topic readwrite open/+\npattern readwrite data/%c\n");
        Server server = under().start(
                        IConfig.ACL_FILE_PROPERTY_NAME, file.toAbsolutePath().toString());
        PahoClient client = under().paho(server, "#").user("eve", "x");
        client.connect();

        boolean written = writes(server, client, "data/other");

        under().assertShows(
                        MoquetteDefect.CLIENT_IDENTIFIERS_ARE_WILDCARDS, written ? "written to data/other" : "refused");
    }

    /** A pattern with %u says nothing about a client without a user. */
    @Test
    @Shows(MoquetteDefect.ANONYMOUS_CLIENTS_END_A_LOOP_BY_A_PATTERN)
    default void aPatternOfUsersHarmsNoAnonymousClient() throws Exception {
        Path file = Files.writeString(
                Embedding.folder().resolve("acl.conf"), "topic readwrite open\npattern readwrite data/%u\n");
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(
                        Extensions.of(recorder),
                        IConfig.ACL_FILE_PROPERTY_NAME,
                        file.toAbsolutePath().toString());
        RawClient client = under().connect(server, "nobody");

        client.send(Packets.MQTT_3_1_1.publish("data/x", "x", 0, 0));
        client.send(Packets.MQTT_3_1_1.publish("open", "fence", 0, 0));

        under().assertShows(MoquetteDefect.ANONYMOUS_CLIENTS_END_A_LOOP_BY_A_PATTERN, servedOn(recorder));
    }

    @Test
    @Shows(MoquetteDefect.POLICIES_THAT_THROW_END_A_LOOP)
    default void aPolicyThatThrowsSaysNo() throws Exception {
        Rules rules = new Rules((topic, user, client) -> {
            if (topic.equals("closed")) {
                throw new IllegalStateException("meant to be");
            }
            return true;
        });
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder).with(rules));
        RawClient client = under().connect(server, "c");

        client.send(Packets.MQTT_3_1_1.publish("closed", "no", 0, 0));
        client.send(Packets.MQTT_3_1_1.publish("open", "fence", 0, 0));

        under().assertShows(MoquetteDefect.POLICIES_THAT_THROW_END_A_LOOP, servedOn(recorder));
    }

    /** Returns what becomes of a client whose first PUBLISH the policy could not decide on, and whose next one is to "open". */
    private static String servedOn(Recorder recorder) {
        Predicate<String> next = line -> line.startsWith("publish") && line.contains(" open ");
        boolean served = Embedding.happens(() -> recorder.lines().stream().anyMatch(next));
        assertThat(recorder.lines())
                .filteredOn(line -> line.startsWith("publish"))
                .allMatch(next);
        return served ? "served on" : "never served again";
    }
}
