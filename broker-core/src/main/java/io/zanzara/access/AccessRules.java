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

/**
 * A table of rules. What no rule allows is forbidden, and no rule takes away what another allows. A topic filter is allowed if one rule's pattern
 * matches every topic that it matches; that of a shared subscription is judged without its group. In a pattern, {@code %c} stands for the client
 * identifier and {@code %u} for the user name; a rule does not hold for a client whose name there is missing or empty, or contains {@code /},
 * {@code +}, {@code #} or a control character, or would begin the topic with {@code $}. Immutable; any thread.
 */
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
     * Reads the lines of a file of rules, as Mosquitto and Moquette know them:
     *
     * <pre>
     * # without a user line above: for all clients (Mosquitto: for those without a user name)
     * topic read news/#
     *
     * user alice
     * topic readwrite alice/+/state
     * topic publish log
     *
     * # for all clients, wherever it stands
     * pattern write devices/%c/#
     * pattern subscribe homes/%u/#
     * </pre>
     *
     * {@code read} and {@code subscribe} allow to subscribe, {@code publish} to publish without RETAIN, {@code retain} with and without it,
     * {@code write} both, and {@code readwrite}, or nothing, everything. A {@code topic} line belongs to the user above it; after a
     * {@code pattern} line there must be a user again, because the two brokers differ there. A topic filter with spaces needs its access before it.
     * Mosquitto's {@code deny} is refused.
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
    public boolean mayReceive(ClientId client, @Nullable String userName, Publication publication) {
        return isAllowed(
                Permission.SUBSCRIBE,
                client.value(),
                userName,
                publication.topic().value());
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
