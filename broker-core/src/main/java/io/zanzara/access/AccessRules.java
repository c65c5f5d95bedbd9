package io.zanzara.access;

import io.zanzara.access.AccessRule.Permission;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table of rules. What no rule allows is forbidden. Immutable. */
public final class AccessRules implements Authorizer {

    private final Map<String, Table> byUser = new HashMap<>();
    private final Table forAll = new Table();

    /** The rules of one user, or those for all. */
    private static final class Table {
        private final Map<String, List<Compiled>> byClient = new HashMap<>();
        private final List<Compiled> forAll = new ArrayList<>();
    }

    private record Compiled(TopicPattern pattern, boolean publish, boolean retain, boolean subscribe) {}

    private AccessRules(List<AccessRule> rules) {
        for (AccessRule rule : rules) {
            String user = rule.userName();
            Table table = user == null ? forAll : byUser.computeIfAbsent(user, name -> new Table());
            String client = rule.clientId();
            List<Compiled> list =
                    client == null ? table.forAll : table.byClient.computeIfAbsent(client, id -> new ArrayList<>());
            boolean retain = rule.allowed().contains(Permission.RETAIN);
            list.add(new Compiled(
                    new TopicPattern(rule.pattern()),
                    retain || rule.allowed().contains(Permission.PUBLISH),
                    retain,
                    rule.allowed().contains(Permission.SUBSCRIBE)));
        }
    }

    /** Returns a table of these rules; of none, everything is forbidden. */
    public static AccessRules of(List<AccessRule> rules) {
        return new AccessRules(rules);
    }

    /**
     * Reads the lines of a file of rules.
     *
     * @throws IllegalArgumentException with a sentence that names the number of the first line that is not right, and what is allowed
     */
    public static AccessRules parse(List<String> lines) {
        return new AccessRules(RuleFile.parse(lines));
    }

    @Override
    public boolean mayPublish(ClientId client, @Nullable String userName, Publication publication) {
        if (publication.topic().isSystem()) {
            return false;
        }
        Permission asked = publication.retain() ? Permission.RETAIN : Permission.PUBLISH;
        return isAllowed(asked, client.value(), userName, publication.topic().value());
    }

    @Override
    public boolean maySubscribe(ClientId client, @Nullable String userName, TopicFilter filter, Qos qos) {
        return isAllowed(Permission.SUBSCRIBE, client.value(), userName, filter.value());
    }

    @Override
    public boolean mayReceive(ClientId client, @Nullable String userName, Publication retained) {
        return isAllowed(
                Permission.SUBSCRIBE, client.value(), userName, retained.topic().value());
    }

    private boolean isAllowed(Permission asked, String client, @Nullable String user, String filter) {
        Table own = user == null ? null : byUser.get(user);
        return (own != null && isAllowed(own, asked, client, user, filter))
                || isAllowed(forAll, asked, client, user, filter);
    }

    private static boolean isAllowed(
            Table table, Permission asked, String client, @Nullable String user, String filter) {
        List<Compiled> own = table.byClient.get(client);
        return (own != null && isAllowed(own, asked, client, user, filter))
                || isAllowed(table.forAll, asked, client, user, filter);
    }

    private static boolean isAllowed(
            List<Compiled> rules, Permission asked, String client, @Nullable String user, String filter) {
        for (int i = 0; i < rules.size(); i++) {
            Compiled rule = rules.get(i);
            boolean fits = switch (asked) {
                case PUBLISH -> rule.publish();
                case RETAIN -> rule.retain();
                case SUBSCRIBE -> rule.subscribe();
            };
            if (fits && rule.pattern().covers(filter, client, user)) {
                return true;
            }
        }
        return false;
    }
}
