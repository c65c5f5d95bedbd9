package io.zanzara.store.mongo;

import io.zanzara.message.ClientId;
import io.zanzara.message.TopicFilter;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * The {@code _id}s, and ranges of them. MongoDB compares embedded documents field by field, so the rows of one client are one range of the
 * {@code _id} index, as long as the fields have this order and these types everywhere.
 */
final class Ids {

    static final String ID = "_id";
    static final String CLIENT = "client";
    static final String SEQUENCE = "seq";
    static final String FILTER = "filter";
    static final String PACKET_ID = "packetId";

    static final BsonDocument ASCENDING = new BsonDocument(ID, new BsonInt32(1));

    private static final String QUEUED_PREFIX = "queue ";

    private Ids() {}

    static BsonDocument packet(ClientId client, long sequence) {
        return pair(client, SEQUENCE, new BsonInt64(sequence));
    }

    static BsonDocument subscription(ClientId client, TopicFilter filter) {
        return pair(client, FILTER, new BsonString(filter.toString()));
    }

    static BsonDocument incoming(ClientId client, int packetIdentifier) {
        return pair(client, PACKET_ID, new BsonInt32(packetIdentifier));
    }

    /** The plan for a message in a group's queue: no number, so that it is not taken for a packet identifier. */
    static BsonDocument queuedPlan(ClientId group, long sequence) {
        return pair(group, PACKET_ID, new BsonString(QUEUED_PREFIX + sequence));
    }

    static long sequenceOfQueuedPlan(String packetId) {
        return Long.parseLong(packetId.substring(QUEUED_PREFIX.length()));
    }

    /** Returns the filter for a part of a queue, both ends included. */
    static BsonDocument queue(ClientId client, long from, long through) {
        return range(packet(client, from), "$lte", packet(client, through));
    }

    static BsonDocument queueBelow(ClientId client, long from, long end) {
        return range(packet(client, from), "$lt", packet(client, end));
    }

    /** Returns the filter for all rows of a client, whose second part of the {@code _id} is {@code field}. */
    static BsonDocument all(ClientId client, String field) {
        return range(pair(client, field, new BsonMinKey()), "$lte", pair(client, field, new BsonMaxKey()));
    }

    static BsonDocument filter(BsonValue id) {
        return new BsonDocument(ID, id);
    }

    private static BsonDocument range(BsonDocument from, String end, BsonDocument to) {
        return filter(new BsonDocument("$gte", from).append(end, to));
    }

    private static BsonDocument pair(ClientId client, String field, BsonValue value) {
        return new BsonDocument(CLIENT, new BsonString(client.value())).append(field, value);
    }
}
