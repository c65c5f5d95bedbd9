package io.zanzara.access;

import io.zanzara.message.ClientId;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import org.jspecify.annotations.Nullable;

/** Decides what a client may do. Called on event loops for every publication: must not block. What it throws counts as a no. */
public interface Authorizer {

    /** Everything is allowed. */
    Authorizer PERMIT_ALL = new Authorizer() {
        @Override
        public boolean mayPublish(ClientId client, @Nullable String userName, Topic topic) {
            return true;
        }

        @Override
        public boolean maySubscribe(ClientId client, @Nullable String userName, TopicFilter filter) {
            return true;
        }
    };

    boolean mayPublish(ClientId client, @Nullable String userName, Topic topic);

    boolean maySubscribe(ClientId client, @Nullable String userName, TopicFilter filter);
}
