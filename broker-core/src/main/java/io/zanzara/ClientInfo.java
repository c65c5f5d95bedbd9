package io.zanzara;

import org.jspecify.annotations.Nullable;

/** A connected client, for people and metrics. */
public record ClientInfo(
        String clientId,
        String address,
        int protocolLevel,
        @Nullable String userName) {}
