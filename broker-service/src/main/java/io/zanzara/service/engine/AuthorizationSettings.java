package io.zanzara.service.engine;

import io.zanzara.access.AccessRule;
import io.zanzara.access.AccessRule.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may do what. What no rule allows is forbidden, once there are rules or a file of them.
 *
 * @param rules What clients may do: user, client-id, topic and allow of each rule.
 * @param file File with more rules, in lines such as those of Mosquitto's ACL files. Read again when it changes.
 */
public record AuthorizationSettings(
        @DefaultValue List<Rule> rules, @DefaultValue("") String file) {

    private static final String PREFIX = "zanzara.authorization.rules[";

    /**
     * One rule.
     *
     * @param user whom it is for; empty for everybody
     * @param clientId the client it is for; empty for each
     * @param topic a topic filter, in which %c stands for the client identifier and %u for the user name
     * @param allow what is allowed there
     */
    public record Rule(
            @DefaultValue("") String user,
            @DefaultValue("") String clientId,
            @DefaultValue("") String topic,
            @DefaultValue Set<Permission> allow) {}

    /** Checks all rules. */
    public AuthorizationSettings {
        rules = List.copyOf(rules);
        accessRules(rules);
    }

    /** Whether there are any, so that the rest is forbidden. */
    public boolean isThere() {
        return !rules.isEmpty() || !file.isEmpty();
    }

    /** Returns the rules as the broker knows them. */
    public List<AccessRule> accessRules() {
        return accessRules(rules);
    }

    private static List<AccessRule> accessRules(List<Rule> rules) {
        List<AccessRule> known = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (rule.allow().isEmpty()) {
                throw new InvalidSettingException(
                        PREFIX + i + "].allow", "", "one or more of publish, retain, subscribe");
            }
            try {
                known.add(new AccessRule(
                        rule.user().isEmpty() ? null : rule.user(),
                        rule.clientId().isEmpty() ? null : rule.clientId(),
                        rule.topic(),
                        rule.allow()));
            } catch (IllegalArgumentException e) {
                throw new InvalidSettingException(
                        PREFIX + i + "].topic", rule.topic(), "a topic filter (" + e.getMessage() + ")");
            }
        }
        return known;
    }
}
