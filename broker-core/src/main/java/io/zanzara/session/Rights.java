package io.zanzara.session;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.Operation;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Subscription;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose a session is and what its client may do: asks the authorizer, and counts and tells of what is refused. An authorizer that throws has
 * said no. Owner only.
 */
final class Rights {

    private static final Logger LOG = LoggerFactory.getLogger(Rights.class);

    private final ClientId client;
    private final SessionContext context;
    private @Nullable String userName;
    private String address = "";
    private long doubtedThrough;
    private boolean failed;

    /**
     * @param owner the user whose session it is, or null: a user of its own
     * @param doubtedThrough what was published up to this message is asked about when its turn comes
     */
    Rights(ClientId client, SessionContext context, @Nullable String owner, long doubtedThrough) {
        this.client = client;
        this.context = context;
        this.userName = owner;
        this.doubtedThrough = doubtedThrough;
    }

    ClientId client() {
        return client;
    }

    /** Read also by other threads, and so only nearly exact there. */
    @Nullable
    String userName() {
        return userName;
    }

    /** Whether this user may take the session over, or end it. */
    boolean admit(@Nullable String user) {
        return context.limits().takeOverByAnyUser() || Objects.equals(userName, user);
    }

    /** A connection begins. */
    void connected(@Nullable String user, String networkAddress) {
        userName = user;
        address = networkAddress;
    }

    /** @param operation how: by PUBLISH or as its will. {@code $SYS} is the broker's own */
    boolean mayPublish(Publication publication, Operation operation) {
        boolean allowed = false;
        try {
            allowed = !publication.topic().isSystem() && context.authorizer().mayPublish(client, userName, publication);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            failed(e);
        }
        if (!allowed) {
            refused(operation, publication.topic().value(), ReasonCode.NOT_AUTHORIZED);
        }
        return allowed;
    }

    /** @param operation whether it subscribes or has done so before */
    boolean maySubscribe(Subscription subscription, Operation operation) {
        boolean allowed = false;
        try {
            allowed = context.authorizer().maySubscribe(client, userName, subscription.filter(), subscription.qos());
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            failed(e);
        }
        if (!allowed) {
            refused(operation, subscription.filter().toString(), ReasonCode.NOT_AUTHORIZED);
        }
        return allowed;
    }

    /** Whether the client gets a retained message that its new subscription matches. */
    boolean mayReceiveRetained(Publication publication) {
        boolean allowed = mayReceive(publication);
        if (!allowed) {
            refused(Operation.RETAINED, publication.topic().value(), ReasonCode.NOT_AUTHORIZED);
        }
        return allowed;
    }

    /** Whether the client still gets a message that has waited for it: it was due by what was allowed when it was published. */
    boolean mayStillReceive(Publication publication) {
        return publication.messageId() > doubtedThrough || mayReceive(publication);
    }

    private boolean mayReceive(Publication publication) {
        try {
            return context.authorizer().mayReceive(client, userName, publication);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            failed(e);
            return false;
        }
    }

    /** What is allowed may have changed: all that was published until now is asked about when its turn comes. */
    void doubt() {
        doubtedThrough = context.messageIds().next();
    }

    long doubtedThrough() {
        return doubtedThrough;
    }

    /** The authorizer is not ours: whatever it throws must end no session and stop no loop. Said once for each session. */
    private void failed(Throwable cause) {
        if (!failed) {
            failed = true;
            LOG.warn("the authorizer failed when asked about client {}, which counts as a no", client, cause);
        }
    }

    /** Counts what is refused, and tells of it. */
    void refused(Operation operation, String topic, ReasonCode reasonCode) {
        context.counters().refused(reasonCode).increment();
        context.tell(new BrokerEvent.Refused(client, userName, address, operation, topic, reasonCode));
    }
}
