package io.zanzara.message;

/**
 * Name of a session. Shared groups own queues too; theirs are named {@code $share/group/filter}, see {@link #ofGroup}.
 *
 * @param value the identifier as the client sent it or as the broker assigned it, never empty
 */
public record ClientId(String value) implements Comparable<ClientId> {

    public ClientId {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a client identifier must not be empty");
        }
    }

    /** Returns the name under which the queue of a shared group is kept. */
    public static ClientId ofGroup(String group, TopicFilter filter) {
        return new ClientId(TopicFilter.SHARE_PREFIX + group + "/" + filter.value());
    }

    @Override
    public int compareTo(ClientId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
