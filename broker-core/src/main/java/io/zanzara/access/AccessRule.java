package io.zanzara.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Allows some clients something on some topics.
 *
 * @param userName the user it is for, or null for every client, also one without a user name
 * @param clientId the client it is for, or null for all that the user has
 * @param pattern a topic filter, in which {@code %c} stands for the client identifier and {@code %u} for the user name; see {@link AccessRules}
 * @param allowed what is allowed there; at least one
 */
public record AccessRule(
        @Nullable String userName, @Nullable String clientId, String pattern, Set<Permission> allowed) {

    /** What a rule can allow. */
    public enum Permission {
        /** To publish without the RETAIN flag. */
        PUBLISH,
        /** To publish with the RETAIN flag and without it, so also to delete what is retained. */
        RETAIN,
        /** To subscribe. */
        SUBSCRIBE
    }

    /**
     * Checks the pattern.
     *
     * @throws IllegalArgumentException with a sentence that names the defect
     */
    public AccessRule {
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException("a rule must allow something: publish, retain or subscribe");
        }
        allowed = Set.copyOf(allowed);
        new TopicPattern(pattern);
    }
}
