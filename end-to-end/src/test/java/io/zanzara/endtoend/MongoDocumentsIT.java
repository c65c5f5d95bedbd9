package io.zanzara.endtoend;

import static io.zanzara.endtoend.Consoles.numbers;
import static io.zanzara.endtoend.Consoles.received;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user sees in MongoDB while the consoles run. */
final class MongoDocumentsIT {

    private static final Duration EXIT = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private Consoles consoles;
    private MongoClient client;
    private MongoDatabase database;

    @BeforeEach
    void choosePlace() {
        Backend.Location location = Backend.MONGODB.fresh(folder);
        consoles = new Consoles(location);
        client = MongoClients.create(location.address());
        database = MongoShell.database(client, location.address());
    }

    @AfterEach
    void endEverything() {
        consoles.close();
        client.close();
    }

    @Test
    void collectionsAppearByThemselves() {
        ConsoleProcess broker = consoles.broker();
        consoles.subscriber("cli_sub", broker).terminate();
        assertThat(consoles.publisher(1, "0s").awaitExit(EXIT)).isZero();

        assertThat(database.listCollectionNames().into(new ArrayList<>()))
                .contains("subscriptions", "packets", "sessions", "meta");
    }

    @Test
    void topicSubscribedTwiceIsOneRow() {
        ConsoleProcess broker = consoles.broker();

        consoles.subscriber("cli_sub", broker).terminate();
        consoles.subscriber("cli_sub", broker);

        assertThat(all("subscriptions")).singleElement().satisfies(row -> {
            assertThat(MongoDocumentsIT.client(row)).isEqualTo("cli_sub");
            assertThat(row.toJson()).contains("\"test\"");
        });
    }

    @Test
    void eachSubscriberHasItsRecordOfAMessageAndOnlyItsRecordsGo() {
        ConsoleProcess broker = consoles.broker();
        consoles.subscriber("cli_sub", broker).terminate();
        consoles.subscriber("cli2_sub", broker).terminate();
        assertThat(consoles.publisher(10, "20ms").awaitExit(EXIT)).isZero();

        List<Document> one = packets("cli_sub");
        List<Document> two = packets("cli2_sub");
        assertThat(one).extracting(MongoShell::text).isEqualTo(texts(1, 10));
        assertThat(two).extracting(MongoShell::text).isEqualTo(texts(1, 10));
        assertThat(one).extracting(packet -> packet.get("topic")).containsOnly("test");
        assertThat(one)
                .extracting(packet -> packet.get("qos", Number.class).intValue())
                .containsOnly(1);
        assertThat(messageIds(one)).doesNotHaveDuplicates().isEqualTo(messageIds(two));

        ConsoleProcess first = consoles.subscriber("cli_sub", broker);
        first.awaitCount(Consoles.RECEIVED, 10);
        Awaitility.await().atMost(SOON).until(() -> packets("cli_sub").isEmpty());
        assertThat(packets("cli2_sub")).isEqualTo(two);

        ConsoleProcess second = consoles.subscriber("cli2_sub", broker);
        second.awaitCount(Consoles.RECEIVED, 10);
        Awaitility.await().atMost(SOON).until(() -> all("packets").isEmpty());
        assertThat(received(first)).isEqualTo(numbers(1, 10));
        assertThat(received(second)).isEqualTo(numbers(1, 10));
    }

    @Test
    void nothingWaitsForACleanSubscriber() {
        ConsoleProcess broker = consoles.broker();
        consoles.subscriber("cli_sub", broker, "--mqtt.clean=true").terminate();
        assertThat(consoles.publisher(5, "20ms").awaitExit(EXIT)).isZero();

        assertThat(all("packets")).isEmpty();
        assertThat(all("subscriptions")).isEmpty();
    }

    /** mosca searched a whole collection for each publication (its defect 2, see {@link MoscaDefectsContract}). */
    @Test
    void noPublicationSearchesACollection() throws MqttException {
        consoles.broker();
        try (PahoClient subscriber = new PahoClient(consoles.port(), "cli_sub");
                PahoClient publisher = new PahoClient(consoles.port(), "cli_pub")) {
            subscriber.connect(false);
            subscriber.subscribe("a/+", 1);
            subscriber.disconnect();
            publisher.connect(true);
            database.runCommand(new Document("profile", 2));

            for (int number = 1; number <= 200; number++) {
                publisher.publish("a/b", String.valueOf(number), 1, false);
            }
            subscriber.connect(false);
            subscriber.await(200);
            database.runCommand(new Document("profile", 0));
        }

        List<Document> commands = all("system.profile");
        assertThat(commands).isNotEmpty();
        assertThat(commands)
                .filteredOn(
                        command -> String.valueOf(command.get("planSummary")).contains("COLLSCAN"))
                .isEmpty();
    }

    private List<Document> all(String collection) {
        return database.getCollection(collection).find().into(new ArrayList<>());
    }

    private List<Document> packets(String subscriber) {
        MongoCollection<Document> packets = database.getCollection("packets");
        return packets.find(Filters.eq("_id.client", subscriber))
                .sort(Sorts.ascending("_id"))
                .into(new ArrayList<>());
    }

    private static String client(Document subscription) {
        Object key = subscription.get("_id");
        Document named = key instanceof Document compound ? compound : subscription;
        return String.valueOf(named.get("client"));
    }

    private static List<Object> messageIds(List<Document> packets) {
        return packets.stream().map(packet -> packet.get("messageId")).toList();
    }

    private static List<String> texts(int first, int last) {
        return numbers(first, last).stream()
                .map(number -> "Hello mqtt " + number)
                .toList();
    }
}
