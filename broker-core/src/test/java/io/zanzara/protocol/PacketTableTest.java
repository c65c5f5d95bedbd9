package io.zanzara.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.conformance.Spec;
import io.zanzara.protocol.RowPlayer.Manner;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.slf4j.LoggerFactory;

/**
 * The table of packets over real sockets, each row whole, byte by byte, and in one segment with what comes before and after: the answer is the
 * same, nothing else comes, and a bystander notices nothing. A test names the statements that its rows name.
 */
class PacketTableTest {

    private static final Packets BYSTANDER = Packets.MQTT_5;

    private static Map<String, List<PacketRow>> table = Map.of();
    private static Broker broker;
    private static RawClient bystander;

    private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.zanzara");
    private static final ListAppender<ILoggingEvent> LOGGED = new ListAppender<>();

    private int talks;

    @BeforeAll
    static void start() throws IOException {
        table = PacketTable.sections();
        LOGGED.start();
        LOG.addAppender(LOGGED);
        broker = Broker.start(BrokerConfig.of(new MemoryStore()).withPort(0));
        bystander = RawClient.connect(broker.port(), BYSTANDER, Packets.Connect.clean("bystander"))
                .subscribe(1, "bystander/#");
    }

    @AfterAll
    static void stop() throws IOException {
        bystander.close();
        broker.close();
        LOG.detachAppender(LOGGED);
    }

    @AfterEach
    void theBystanderNoticedNothing() throws IOException {
        String text = "still here " + ++talks;
        bystander.send(BYSTANDER.publish("bystander/talk", text, 1, 1));
        Packet first = bystander.read();
        Packet second = bystander.read();
        Packet message = first.type() == Packet.PUBLISH ? first : second;
        assertThat(message.text()).isEqualTo(text);
        assertThat(message == first ? second.type() : first.type()).isEqualTo(Packet.PUBACK);
        bystander.send(BYSTANDER.acknowledge(Packet.PUBACK, message.packetIdentifier()));
        await().until(() -> broker.counters().connections.sum() == 1);
        assertThat(LOGGED.list)
                .as("warnings and errors of the broker")
                .noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN));
    }

    // begin
    @Test
    @Spec(
            v5 = {
                "MQTT-2.2.2-1",
                "MQTT-3.1.2-3",
                "MQTT-3.1.2-9",
                "MQTT-3.1.2-11",
                "MQTT-3.1.2-12",
                "MQTT-3.1.2-13",
                "MQTT-3.1.2-16",
                "MQTT-3.1.2-17",
                "MQTT-3.1.2-18",
                "MQTT-3.1.2-19",
                "MQTT-3.1.3-1",
                "MQTT-3.1.4-1",
                "MQTT-3.1.4-5",
                "MQTT-3.2.0-1",
                "MQTT-3.2.0-2"
            },
            v311 = {
                "MQTT-3.1.2-3",
                "MQTT-3.1.2-9",
                "MQTT-3.1.2-11",
                "MQTT-3.1.2-13",
                "MQTT-3.1.2-14",
                "MQTT-3.1.2-15",
                "MQTT-3.1.2-18",
                "MQTT-3.1.2-19",
                "MQTT-3.1.2-20",
                "MQTT-3.1.2-21",
                "MQTT-3.1.2-22",
                "MQTT-3.1.4-1",
                "MQTT-3.1.4-4",
                "MQTT-3.2.0-1"
            })
    void connectFlags(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {"MQTT-3.1.2-1", "MQTT-3.1.2-2"},
            v311 = {"MQTT-1.5.3-2", "MQTT-3.1.2-1", "MQTT-3.1.2-2", "MQTT-3.1.4-1", "MQTT-3.2.2-5"})
    void protocolNames(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {
                "MQTT-1.5.4-1",
                "MQTT-1.5.4-2",
                "MQTT-3.1.3-3",
                "MQTT-3.1.3-4",
                "MQTT-3.1.3-5",
                "MQTT-3.1.3-6",
                "MQTT-3.1.3-8",
                "MQTT-3.1.4-1",
                "MQTT-3.1.4-6",
                "MQTT-3.2.2-6",
                "MQTT-3.2.2-7"
            },
            v311 = {
                "MQTT-1.5.3-1",
                "MQTT-1.5.3-2",
                "MQTT-3.1.3-3",
                "MQTT-3.1.3-4",
                "MQTT-3.1.3-5",
                "MQTT-3.1.3-6",
                "MQTT-3.1.3-8",
                "MQTT-3.1.3-9",
                "MQTT-3.1.4-1",
                "MQTT-3.1.4-5",
                "MQTT-3.2.2-4",
                "MQTT-3.2.2-5"
            })
    void clientIdentifiers(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {"MQTT-3.1.3-11", "MQTT-3.1.3-12", "MQTT-3.1.4-2", "MQTT-4.7.0-1", "MQTT-4.7.3-1"},
            v311 = {
                "MQTT-3.1.3-10",
                "MQTT-3.1.3-11",
                "MQTT-3.2.2-4",
                "MQTT-3.2.2-5",
                "MQTT-3.2.2-6",
                "MQTT-4.7.1-1",
                "MQTT-4.7.3-1"
            })
    void wills(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {"MQTT-1.5.5-1", "MQTT-1.5.7-1", "MQTT-3.1.2-24", "MQTT-3.14.2-3", "MQTT-4.12.0-1", "MQTT-4.13.1-1"},
            v311 = {})
    void connectProperties(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {
                "MQTT-2.1.3-1",
                "MQTT-3.3.1-2",
                "MQTT-3.3.1-4",
                "MQTT-3.6.1-1",
                "MQTT-3.8.1-1",
                "MQTT-3.10.1-1",
                "MQTT-3.14.1-1",
                "MQTT-3.15.1-1",
                "MQTT-4.3.2-5",
                "MQTT-4.13.1-1"
            },
            v311 = {
                "MQTT-2.2.2-1",
                "MQTT-2.2.2-2",
                "MQTT-3.3.1-2",
                "MQTT-3.3.1-4",
                "MQTT-3.6.1-1",
                "MQTT-3.8.1-1",
                "MQTT-3.10.1-1",
                "MQTT-3.14.1-1",
                "MQTT-4.3.1-1",
                "MQTT-4.8.0-1"
            })
    void fixedHeaders(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {
                "MQTT-1.5.5-1",
                "MQTT-2.2.1-3",
                "MQTT-2.2.2-1",
                "MQTT-3.1.4-1",
                "MQTT-3.1.4-2",
                "MQTT-3.2.2-15",
                "MQTT-3.3.2-1",
                "MQTT-3.8.3-2",
                "MQTT-3.10.3-1",
                "MQTT-4.13.1-1"
            },
            v311 = {"MQTT-2.3.1-1", "MQTT-3.1.4-1", "MQTT-3.3.2-1", "MQTT-3.8.3-3", "MQTT-3.10.3-1", "MQTT-4.8.0-1"})
    void lengths(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {"MQTT-3.8.3-2", "MQTT-3.8.4-2", "MQTT-3.10.3-2", "MQTT-3.10.4-5"},
            v311 = {"MQTT-3.8.3-3", "MQTT-3.8.4-2", "MQTT-3.10.3-2", "MQTT-3.10.4-5"})
    void emptyAndNotEmptyPayloads(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {
                "MQTT-2.2.1-2",
                "MQTT-2.2.1-3",
                "MQTT-2.2.1-5",
                "MQTT-2.2.1-6",
                "MQTT-4.3.2-5",
                "MQTT-4.3.3-10",
                "MQTT-4.3.3-11",
                "MQTT-4.3.3-12"
            },
            v311 = {"MQTT-2.3.1-1", "MQTT-2.3.1-5", "MQTT-2.3.1-6", "MQTT-2.3.1-7", "MQTT-4.3.2-2", "MQTT-4.3.3-2"})
    void packetIdentifiers(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {
                "MQTT-1.5.4-2",
                "MQTT-1.5.4-3",
                "MQTT-3.3.2-2",
                "MQTT-4.7.0-1",
                "MQTT-4.7.3-1",
                "MQTT-4.7.3-2",
                "MQTT-4.7.3-3"
            },
            v311 = {
                "MQTT-1.5.3-2",
                "MQTT-1.5.3-3",
                "MQTT-3.3.2-2",
                "MQTT-3.3.5-2",
                "MQTT-4.7.1-1",
                "MQTT-4.7.3-1",
                "MQTT-4.7.3-2",
                "MQTT-4.7.3-3"
            })
    void topicNames(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {"MQTT-3.10.4-1", "MQTT-4.7.2-1", "MQTT-4.7.3-4"},
            v311 = {"MQTT-3.10.4-1", "MQTT-4.7.2-1", "MQTT-4.7.3-4"})
    void topicMatching(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {
                "MQTT-3.8.3-1",
                "MQTT-3.8.4-6",
                "MQTT-3.8.4-7",
                "MQTT-3.9.3-1",
                "MQTT-3.9.3-2",
                "MQTT-3.10.3-1",
                "MQTT-3.11.3-1",
                "MQTT-3.11.3-2",
                "MQTT-4.7.1-1",
                "MQTT-4.7.1-2",
                "MQTT-4.7.3-1",
                "MQTT-4.7.3-2",
                "MQTT-4.7.3-3",
                "MQTT-4.13.1-1"
            },
            v311 = {
                "MQTT-3.8.3-1",
                "MQTT-3.8.4-5",
                "MQTT-3.9.3-1",
                "MQTT-3.9.3-2",
                "MQTT-3.10.3-1",
                "MQTT-3.10.4-6",
                "MQTT-4.7.1-2",
                "MQTT-4.7.1-3",
                "MQTT-4.7.3-1",
                "MQTT-4.7.3-2",
                "MQTT-4.7.3-3",
                "MQTT-4.8.0-1"
            })
    void topicFilters(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {"MQTT-3.8.3-4", "MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-4.8.2-1", "MQTT-4.8.2-2", "MQTT-4.13.1-1"},
            v311 = {"MQTT-3.8.4-5", "MQTT-3.9.3-2", "MQTT-4.7.1-2", "MQTT-4.7.1-3"})
    void sharedSubscriptions(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {"MQTT-1.5.5-1", "MQTT-3.8.3-5", "MQTT-4.13.1-1"},
            v311 = {"MQTT-4.8.0-1"})
    void subscriptionOptions(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {
                "MQTT-1.5.5-1",
                "MQTT-1.5.7-1",
                "MQTT-3.2.2-17",
                "MQTT-3.3.2-8",
                "MQTT-3.3.2-9",
                "MQTT-3.3.2-12",
                "MQTT-3.3.2-13",
                "MQTT-3.3.2-14",
                "MQTT-3.3.2-19",
                "MQTT-3.3.4-6",
                "MQTT-4.7.3-1",
                "MQTT-4.13.1-1"
            },
            v311 = {})
    void publishProperties(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {"MQTT-3.1.0-1", "MQTT-3.1.0-2", "MQTT-3.2.0-1", "MQTT-3.12.4-1", "MQTT-3.14.0-1", "MQTT-4.13.1-1"},
            v311 = {"MQTT-3.1.0-1", "MQTT-3.1.0-2", "MQTT-3.2.0-1", "MQTT-3.12.4-1", "MQTT-4.8.0-1"})
    void order(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {"MQTT-3.15.2-1", "MQTT-4.12.0-6", "MQTT-4.12.0-7"},
            v311 = {})
    void authentication(TestInfo info) {
        play(info);
    }

    @Test
    @Spec(
            v5 = {"MQTT-3.14.2-1", "MQTT-3.14.4-2", "MQTT-4.13.1-1"},
            v311 = {})
    void disconnects(TestInfo info) {
        play(info);
    }
    // end

    @Test
    @Spec(
            v5 = {"MQTT-2.1.3-1", "MQTT-3.6.1-1", "MQTT-3.8.1-1", "MQTT-3.10.1-1", "MQTT-3.14.1-1"},
            v311 = {"MQTT-2.2.2-1", "MQTT-2.2.2-2", "MQTT-3.6.1-1", "MQTT-3.8.1-1", "MQTT-3.10.1-1", "MQTT-3.14.1-1"})
    void everyReservedFlagIsRefused() {
        play(GeneratedRows.reservedFlags());
    }

    @Test
    void noPropertyStandsWhereItHasNoPlace() {
        play(GeneratedRows.misplacedProperties());
    }

    @Test
    void noPropertyIsThereTwice() {
        play(GeneratedRows.doubledProperties());
    }

    @Test
    void noPropertyIsUnknown() {
        play(GeneratedRows.unknownProperties());
    }

    @Test
    @Spec(v5 = {"MQTT-3.4.2-1", "MQTT-3.5.2-1", "MQTT-3.6.2-1", "MQTT-3.7.2-1", "MQTT-3.14.2-1"})
    void reasonCodesAreThoseOfTheirPacket() {
        play(GeneratedRows.reasonCodes());
    }

    @Test
    @Spec(
            v5 = {
                "MQTT-1.5.4-1",
                "MQTT-1.5.4-2",
                "MQTT-1.5.7-1",
                "MQTT-3.1.3-4",
                "MQTT-3.1.3-11",
                "MQTT-3.1.3-12",
                "MQTT-3.3.2-1",
                "MQTT-3.3.2-13",
                "MQTT-3.3.2-19",
                "MQTT-3.8.3-1",
                "MQTT-3.10.3-1",
                "MQTT-4.7.3-2"
            },
            v311 = {
                "MQTT-1.5.3-1",
                "MQTT-1.5.3-2",
                "MQTT-3.1.3-4",
                "MQTT-3.1.3-10",
                "MQTT-3.1.3-11",
                "MQTT-3.3.2-1",
                "MQTT-3.8.3-1",
                "MQTT-3.10.3-1",
                "MQTT-4.7.3-2"
            })
    void illFormedTextIsRefusedWhereverItStands() {
        play(GeneratedRows.illFormedTexts());
    }

    @Test
    void whatTheCodecIsTestedWithEndsTheConnectionOrDoesNot() {
        play(GeneratedRows.ofTheCodec());
    }

    /** Plays the section that has the test's name, and holds the test's annotation against what the rows say they try. */
    private static void play(TestInfo info) {
        Method test = info.getTestMethod().orElseThrow();
        List<PacketRow> rows = table.getOrDefault(test.getName(), List.of());
        assertThat(rows).as("section " + test.getName()).isNotEmpty();
        Spec spec = test.getAnnotation(Spec.class);
        assertThat(new TreeSet<>(Arrays.asList(spec.v5()))).isEqualTo(statements(rows, 5));
        assertThat(new TreeSet<>(Arrays.asList(spec.v311()))).isEqualTo(statements(rows, 4));
        play(rows);
    }

    private static Set<String> statements(List<PacketRow> rows, int level) {
        return rows.stream()
                .filter(row -> row.level() == level || level == 4 && row.level() == 3)
                .flatMap(row -> row.statements().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void play(List<PacketRow> rows) {
        RowPlayer player = new RowPlayer(broker.port());
        List<String> defects = new ArrayList<>();
        for (PacketRow row : rows) {
            for (Manner manner : Manner.values()) {
                String defect = player.defectOf(row, manner);
                if (!defect.isEmpty()) {
                    defects.add(row + ", " + manner + ": " + defect);
                    break;
                }
            }
        }
        assertThat(defects).isEmpty();
    }
}
