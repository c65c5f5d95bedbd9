package io.zanzara.protocol;

import io.zanzara.message.Topic;
import java.util.HashMap;
import java.util.Map;

/**
 * The topic aliases one connection's subscriber learns: the first topics that are sent get one and keep it, later ones are written out. To
 * replace aliases would cost a client that follows more topics than it allows aliases three bytes a message, and win it nothing.
 */
final class OutboundAliases {

    /** A shorter topic would take more bytes by its alias than by its name. */
    private static final int SHORTEST = 4;

    private static final int NONE = 0;

    private final int maximum;
    private final Map<Topic, Integer> aliases;

    /** @param maximum most aliases that may be in use: the highest alias that is sent; 0 for none at all */
    OutboundAliases(int maximum) {
        this.maximum = maximum;
        this.aliases = maximum == 0 ? Map.of() : new HashMap<>();
    }

    /** Returns the alias the client knows the topic by, or 0. */
    int known(Topic topic) {
        return maximum == 0 ? NONE : aliases.getOrDefault(topic, NONE);
    }

    /** Returns an alias that is free for the topic, or 0 if it gets none. The client knows it only after {@link #define}. */
    int free(Topic topic) {
        // [MQTT-3.1.2-26] [MQTT-3.1.2-27] [MQTT-3.3.2-8] [MQTT-3.3.2-11]
        return aliases.size() < maximum && topic.value().length() >= SHORTEST ? aliases.size() + 1 : NONE;
    }

    /** A PUBLISH has left that gives the topic this alias. */
    void define(Topic topic, int alias) {
        aliases.put(topic, alias);
    }
}
