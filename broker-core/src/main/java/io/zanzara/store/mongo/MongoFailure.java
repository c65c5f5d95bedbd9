package io.zanzara.store.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerUnavailableException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import com.mongodb.bulk.BulkWriteError;
import io.zanzara.store.StoreException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.bson.BSONException;
import org.jspecify.annotations.Nullable;

/** Says in a sentence what the driver says in exceptions, and whether waiting helps. */
final class MongoFailure {

    private static final String SETTING = "spring.mongodb.uri";

    /**
     * The server is on its way up, down or elsewhere, is out of time, of disk or of voters, met another writer, or has forgotten a query that
     * it had answered in part: 6 and 7 host, 24 and 46 lock, 43 and 237 cursor, 50 and 262 time, 64, 79 and 100 write concern, 89 and 9001
     * network, 91, 11600 and 11602 shutdown, 112 conflict, 133 no primary, 134 nothing confirmed to read yet, 175 query plan, 189, 10107, 13435,
     * 13436 and 10058 not primary, 225 superseded by a later write, 14031 disk full.
     */
    private static final Set<Integer> TRANSIENT = Set.of(
            6, 7, 24, 43, 46, 50, 64, 79, 89, 91, 100, 112, 133, 134, 175, 189, 225, 237, 262, 9001, 10058, 10107,
            11600, 11602, 13435, 13436, 14031);

    private static final Set<Integer> UNAUTHORIZED = Set.of(13, 18);

    private final String store;

    /** @param store what the store is called in sentences */
    MongoFailure(String store) {
        this.store = store;
    }

    /** Carries out {@code work}; what goes wrong comes out as a {@link StoreException}. */
    <T> T translating(String what, Supplier<T> work) {
        try {
            return work.get();
        } catch (MongoException | BSONException | IllegalArgumentException | IllegalStateException failure) {
            throw atWork(what, failure);
        }
    }

    /** The same for opening, where a sentence says what to do. */
    <T> T translatingAtStart(Supplier<T> work) {
        try {
            return work.get();
        } catch (MongoException | BSONException | IllegalArgumentException | IllegalStateException failure) {
            throw atStart(failure);
        }
    }

    private StoreException atWork(String what, RuntimeException failure) {
        if (isFencedOff(failure)) {
            return new StoreException(store + " belongs to a broker that was started later; this one stops.");
        }
        boolean passing = isTransient(failure) || isUnauthorized(failure);
        String sentence = passing
                ? store + " failed " + what + " and is tried again (" + reason(failure) + ")."
                : store + " failed " + what + " (" + reason(failure) + ").";
        return new StoreException(sentence, passing, failure);
    }

    private StoreException atStart(RuntimeException failure) {
        if (isUnauthorized(failure) || isUnauthorized(failure.getCause())) {
            return new StoreException(
                    store + " does not let this broker in (" + reason(failure)
                            + "); put a user who may read and write it into " + SETTING + ".",
                    false,
                    failure);
        }
        if (isTransient(failure)) {
            return new StoreException(
                    store + " is not reachable (" + reason(failure) + "); start it or set " + SETTING + ".",
                    true,
                    failure);
        }
        return new StoreException(store + " cannot be opened (" + reason(failure) + ").", false, failure);
    }

    private static boolean isTransient(RuntimeException failure) {
        if (failure instanceof MongoBulkWriteException bulk) {
            List<BulkWriteError> errors = bulk.getWriteErrors();
            return errors.stream().allMatch(error -> TRANSIENT.contains(error.getCode()));
        }
        return failure instanceof MongoTimeoutException
                || failure instanceof MongoSocketException
                || failure instanceof MongoConnectionPoolClearedException // by another thread's failure
                || failure instanceof MongoNotPrimaryException
                || failure instanceof MongoNodeIsRecoveringException
                || failure instanceof MongoServerUnavailableException
                || failure instanceof MongoWriteConcernException
                || failure instanceof MongoInterruptedException
                || failure instanceof MongoException mongo
                        && (TRANSIENT.contains(mongo.getCode())
                                || mongo.hasErrorLabel("RetryableWriteError")
                                || mongo.hasErrorLabel("TransientTransactionError"));
    }

    /** Another broker's {@link Fence} refused a document of ours. */
    private static boolean isFencedOff(RuntimeException failure) {
        if (failure instanceof MongoBulkWriteException bulk) {
            return bulk.getWriteErrors().stream().anyMatch(error -> error.getCode() == Fence.REFUSED);
        }
        return failure instanceof MongoException mongo && mongo.getCode() == Fence.REFUSED;
    }

    /** Users and roles are changed while brokers run, and put right again. */
    private static boolean isUnauthorized(@Nullable Throwable failure) {
        return failure instanceof MongoSecurityException
                || failure instanceof MongoException mongo && UNAUTHORIZED.contains(mongo.getCode());
    }

    /** The first line only, without the driver's account of the whole cluster. */
    private static String reason(RuntimeException failure) {
        if (failure instanceof MongoTimeoutException && failure.getCause() == null) {
            return "no server answers in time";
        }
        String message = String.valueOf(failure.getMessage());
        int end = message.indexOf('\n');
        String line = end < 0 ? message : message.substring(0, end);
        return line.length() <= 200 ? line : line.substring(0, 200) + "…";
    }
}
