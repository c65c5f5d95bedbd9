package io.zanzara.protocol;

import io.zanzara.access.Authenticator;
import io.zanzara.access.EnhancedAuthenticator;
import io.zanzara.access.Limits;
import io.zanzara.access.Redirect;
import io.zanzara.event.BrokerListener;
import io.zanzara.event.Counters;
import io.zanzara.message.MessageIds;
import io.zanzara.session.SessionRegistry;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of a broker share.
 *
 * @param redirect where every client is sent, or null
 * @param responseInformationPrefix what response information begins with, empty for none
 * @param clock milliseconds since 1970
 * @param messageIds gives message identifiers; any thread
 * @param clientIds gives the number of the next assigned client identifier; any thread
 */
public record ProtocolContext(
        SessionRegistry registry,
        Limits limits,
        Authenticator authenticator,
        List<EnhancedAuthenticator> enhancedAuthenticators,
        @Nullable Redirect redirect,
        String responseInformationPrefix,
        BrokerListener listener,
        Counters counters,
        LongSupplier clock,
        MessageIds messageIds,
        LongSupplier clientIds) {

    /** Returns the authenticator for a method, or null if there is none. */
    @Nullable
    EnhancedAuthenticator enhancedAuthenticator(String method) {
        return enhancedAuthenticators.stream()
                .filter(each -> each.method().equals(method))
                .findFirst()
                .orElse(null);
    }
}
