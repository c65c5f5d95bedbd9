package io.zanzara.benchmarks.limits;

import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.bson.BsonBinary;
import org.bson.BsonBinaryWriter;
import org.bson.RawBsonDocument;
import org.bson.io.BasicOutputBuffer;

/**
 * Inserts what a queue holds, in batches of a thousand, on two connections, each batch durable on a majority before the next: what a broker on
 * this MongoDB can have at most. Documents are written as BSON by hand, which is the fastest that the driver takes.
 */
public final class MongoLimit {

    private static final int BATCH = 1_000;
    private static final int LANES = 2;
    private static final byte[] PAYLOAD = new byte[128];

    private MongoLimit() {}

    /**
     * Returns how many documents a second were inserted.
     *
     * @param uri of a replica set; a database of its own is made there and dropped
     * @throws IOException if MongoDB refuses
     */
    public static double measure(String uri, double seconds) throws IOException {
        try (MongoClient client = MongoClients.create(uri)) {
            MongoDatabase database = client.getDatabase("zanzara_limit");
            database.drop();
            MongoCollection<RawBsonDocument> packets = database.getCollection("packets", RawBsonDocument.class)
                    .withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
            long startedAt = System.nanoTime();
            long end = startedAt + (long) (seconds * 1e9);
            List<CompletableFuture<Long>> lanes = IntStream.range(0, LANES)
                    .mapToObj(lane -> CompletableFuture.supplyAsync(() -> insert(packets, lane, end)))
                    .toList();
            long inserted = lanes.stream().mapToLong(CompletableFuture::join).sum();
            double took = (System.nanoTime() - startedAt) / 1e9;
            database.drop();
            return inserted / took;
        } catch (CompletionException | MongoException e) {
            throw new IOException("MongoDB refused: " + e.getMessage(), e);
        }
    }

    private static long insert(MongoCollection<RawBsonDocument> packets, int lane, long end) {
        InsertManyOptions ordered = new InsertManyOptions().ordered(true);
        long sequence = 1L << 40;
        while (System.nanoTime() < end) {
            List<RawBsonDocument> batch = new ArrayList<>(BATCH);
            for (int i = 0; i < BATCH; i++) {
                batch.add(packet("client" + (lane * 8 + i % 8), sequence++));
            }
            packets.insertMany(batch, ordered);
        }
        return sequence - (1L << 40);
    }

    private static RawBsonDocument packet(String client, long sequence) {
        BasicOutputBuffer buffer = new BasicOutputBuffer(512);
        try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            writer.writeStartDocument();
            writer.writeStartDocument("_id");
            writer.writeString("client", client);
            writer.writeInt64("seq", sequence);
            writer.writeEndDocument();
            writer.writeInt64("messageId", sequence);
            writer.writeString("topic", "load/topic/1");
            writer.writeInt32("qos", 1);
            writer.writeBoolean("retain", false);
            writer.writeBinaryData("payload", new BsonBinary(PAYLOAD));
            writer.writeString("publisher", "load-p1");
            writer.writeInt32("publishedQos", 1);
            writer.writeInt64("epoch", 1);
            writer.writeEndDocument();
        }
        return new RawBsonDocument(buffer.getInternalBuffer(), 0, buffer.getPosition());
    }
}
