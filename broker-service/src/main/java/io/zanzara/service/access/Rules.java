package io.zanzara.service.access;

import io.zanzara.access.AccessRule;
import io.zanzara.access.AccessRules;
import io.zanzara.access.Authorizer;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules from the settings and from a file, which may be replaced while others ask. What none of them allows is forbidden. */
final class Rules implements Authorizer {

    private final AccessRules fromSettings;
    private final Runnable whenReplaced;
    private volatile AccessRules fromFile = AccessRules.of(List.of());

    /** @param whenReplaced called after the rules from the file have been replaced */
    Rules(List<AccessRule> settings, Runnable whenReplaced) {
        this.fromSettings = AccessRules.of(settings);
        this.whenReplaced = whenReplaced;
    }

    /**
     * Replaces those from the file.
     *
     * @throws IllegalArgumentException with a sentence that names the line
     */
    void takeFile(List<String> lines) {
        fromFile = AccessRules.parse(lines);
        whenReplaced.run();
    }

    @Override
    public boolean mayPublish(ClientId client, @Nullable String userName, Publication publication) {
        return fromSettings.mayPublish(client, userName, publication)
                || fromFile.mayPublish(client, userName, publication);
    }

    @Override
    public boolean maySubscribe(ClientId client, @Nullable String userName, TopicFilter filter, Qos qos) {
        return fromSettings.maySubscribe(client, userName, filter, qos)
                || fromFile.maySubscribe(client, userName, filter, qos);
    }

    @Override
    public boolean mayReceive(ClientId client, @Nullable String userName, Publication retained) {
        return fromSettings.mayReceive(client, userName, retained) || fromFile.mayReceive(client, userName, retained);
    }
}
