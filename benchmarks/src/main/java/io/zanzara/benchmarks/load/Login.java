package io.zanzara.benchmarks.load;

import org.jspecify.annotations.Nullable;

/**
 * How a client comes in.
 *
 * @param topicFilter what it subscribes to, or null for nothing
 * @param qos asked for in SUBSCRIBE, and to be granted
 */
record Login(String clientId, boolean clean, @Nullable String topicFilter, int qos) {

    static Login publisher(String clientId) {
        return new Login(clientId, true, null, 0);
    }

    /** The same client, back for what its session holds. */
    Login again() {
        return new Login(clientId, clean, null, qos);
    }

    /** The same client, so that its session ends. */
    Login forgetting() {
        return new Login(clientId, true, null, qos);
    }
}
