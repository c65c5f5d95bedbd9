package io.zanzara.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Sorts;
import java.io.PrintStream;
import java.util.List;
import org.bson.Document;
import org.bson.types.Binary;

/**
 * The little of a Mongo shell that the demo and the tests need. The demo compiles this file by itself with the driver in
 * the broker's jar, so it uses nothing but that driver.
 */
final class MongoShell {

    private static final String DEFAULT_DATABASE = "zanzara";

    private MongoShell() {}

    public static void main(String[] arguments) {
        String command = arguments[0];
        String uri = arguments[1];
        switch (command) {
            case "initiate" -> initiate(uri, arguments[2]);
            case "packets" -> packets(uri, System.out);
            case "drop" -> drop(uri);
            default -> throw new IllegalArgumentException("unknown command: " + command);
        }
    }

    /** Makes a replica set of the one node, and returns when that is its primary. */
    static void initiate(String directUri, String address) {
        Document member = new Document("_id", 0).append("host", address);
        Document configuration = new Document("_id", "rs0").append("members", List.of(member));
        try (MongoClient client = MongoClients.create(directUri)) {
            client.getDatabase("admin").runCommand(new Document("replSetInitiate", configuration));
        }
        // The driver waits until there is a primary to run the command on.
        try (MongoClient client = MongoClients.create("mongodb://" + address + "/?replicaSet=rs0")) {
            client.getDatabase("admin").runCommand(new Document("ping", 1));
        }
    }

    /** Prints what waits, in the order of the queues: one line per document, with the payload as text. */
    private static void packets(String uri, PrintStream out) {
        try (MongoClient client = MongoClients.create(uri)) {
            for (Document packet :
                    database(client, uri).getCollection("packets").find().sort(Sorts.ascending("_id"))) {
                out.println(describe(packet));
            }
        }
    }

    private static void drop(String uri) {
        try (MongoClient client = MongoClients.create(uri)) {
            database(client, uri).drop();
        }
    }

    static MongoDatabase database(MongoClient client, String uri) {
        String name = new ConnectionString(uri).getDatabase();
        return client.getDatabase(name == null ? DEFAULT_DATABASE : name);
    }

    private static String describe(Document packet) {
        Document id = packet.get("_id", Document.class);
        return "{_id: {client: '" + id.get("client") + "', seq: " + id.get("seq") + "}, messageId: "
                + packet.get("messageId") + ", topic: '" + packet.get("topic") + "', qos: " + packet.get("qos")
                + ", payload: '" + text(packet) + "'}";
    }

    static String text(Document packet) {
        Object payload = packet.get("payload");
        return payload instanceof Binary binary ? new String(binary.getData(), UTF_8) : String.valueOf(payload);
    }
}
