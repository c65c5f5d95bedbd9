package io.zanzara.protocol;

import io.zanzara.access.Authenticator;
import io.zanzara.access.Limits;
import io.zanzara.event.BrokerListener;
import io.zanzara.event.Counters;
import io.zanzara.session.SessionRegistry;
import java.util.function.LongSupplier;

/**
 * What all connections of a broker share.
 *
 * @param clock milliseconds since 1970
 * @param messageIds gives the next message identifier; any thread
 * @param clientIds gives the number of the next assigned client identifier; any thread
 */
public record ProtocolContext(
        SessionRegistry registry,
        Limits limits,
        Authenticator authenticator,
        BrokerListener listener,
        Counters counters,
        LongSupplier clock,
        LongSupplier messageIds,
        LongSupplier clientIds) {}
