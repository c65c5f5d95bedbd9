package io.zanzara.behaviour;

import io.zanzara.access.AccessRules;
import io.zanzara.access.Authorizer;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules that a test changes. */
final class ChangingRules implements Authorizer {

    private volatile Authorizer now = Authorizer.PERMIT_ALL;

    /** From now on these lines of a file of rules hold. */
    void are(String... lines) {
        now = AccessRules.parse(List.of(lines));
    }

    void are(Authorizer authorizer) {
        now = authorizer;
    }

    @Override
    public boolean mayPublish(ClientId client, @Nullable String userName, Publication publication) {
        return now.mayPublish(client, userName, publication);
    }

    @Override
    public boolean maySubscribe(ClientId client, @Nullable String userName, TopicFilter filter, Qos qos) {
        return now.maySubscribe(client, userName, filter, qos);
    }

    @Override
    public boolean mayReceive(ClientId client, @Nullable String userName, Publication publication) {
        return now.mayReceive(client, userName, publication);
    }
}
