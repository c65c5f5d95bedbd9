package io.zanzara.moquette.embedding;

import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A policy that keeps what it is asked. */
final class Rules implements IAuthorizatorPolicy {

    private final Rule read;
    private final Rule write;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** Decides on one question. */
    interface Rule {

        boolean allows(String topic, @Nullable String user, String client);
    }

    /** Has one rule for both. */
    Rules(Rule both) {
        this(both, both);
    }

    Rules(Rule read, Rule write) {
        this.read = read;
        this.write = write;
    }

    /** Returns the questions so far, such as "read topic user client". */
    List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public boolean canWrite(Topic topic, @Nullable String user, String client) {
        asked.add("write " + topic + " " + user + " " + client);
        return write.allows(topic.toString(), user, client);
    }

    @Override
    public boolean canRead(Topic topic, @Nullable String user, String client) {
        asked.add("read " + topic + " " + user + " " + client);
        return read.allows(topic.toString(), user, client);
    }
}
