package io.zanzara.moquette.access;

import io.moquette.broker.security.DeclarativeAuthorizatorPolicy;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;
import io.zanzara.access.Authorizer;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.TopicFilter;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks an {@link IAuthorizatorPolicy}: to write, for publications and wills; to read, for subscriptions and the retained messages they match. A
 * policy that fails says no, and the interceptors hear of it. Called on event loops, as the policy is then, which must not block.
 */
public final class MoquetteAuthorizer implements Authorizer {

    private final IAuthorizatorPolicy policy;
    private final BiConsumer<ClientId, RuntimeException> failures;
    private final boolean knowsTopics;

    /** @param failures told what the policy throws, and for which client; any thread */
    public MoquetteAuthorizer(IAuthorizatorPolicy policy, BiConsumer<ClientId, RuntimeException> failures) {
        this.policy = policy;
        this.failures = failures;
        // that one compares texts: it knows the filters it allows, and none of the topics they match
        this.knowsTopics = !(policy instanceof DeclarativeAuthorizatorPolicy);
    }

    @Override
    public boolean mayPublish(ClientId client, @Nullable String userName, Publication publication) {
        try {
            return policy.canWrite(new Topic(publication.topic().value()), userName, client.value());
        } catch (RuntimeException e) {
            failures.accept(client, e);
            return false;
        }
    }

    @Override
    public boolean maySubscribe(ClientId client, @Nullable String userName, TopicFilter filter, Qos qos) {
        return canRead(client, userName, filter.value());
    }

    /**
     * A policy may know the filters it allows and not what they match, so it is asked about what is retained, and not about what a client was
     * promised while it was away: the subscription by which that was due has been asked about anew.
     */
    @Override
    public boolean mayReceive(ClientId client, @Nullable String userName, Publication message) {
        return !message.retain()
                || !knowsTopics
                || canRead(client, userName, message.topic().value());
    }

    private boolean canRead(ClientId client, @Nullable String userName, String topic) {
        try {
            return policy.canRead(new Topic(topic), userName, client.value());
        } catch (RuntimeException e) {
            failures.accept(client, e);
            return false;
        }
    }
}
