package io.zanzara.moquette.embedding;

import io.moquette.broker.ISslContextCreator;
import io.moquette.broker.security.IAuthenticator;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.interception.InterceptHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a program that embeds a server gives it beside the configuration; null for the default. */
record Extensions(
        List<InterceptHandler> handlers,
        @Nullable ISslContextCreator tls,
        @Nullable IAuthenticator authenticator,
        @Nullable IAuthorizatorPolicy policy) {

    static Extensions of(InterceptHandler... handlers) {
        return new Extensions(List.of(handlers), null, null, null);
    }

    Extensions with(ISslContextCreator creator) {
        return new Extensions(handlers, creator, authenticator, policy);
    }

    Extensions with(IAuthenticator decides) {
        return new Extensions(handlers, tls, decides, policy);
    }

    Extensions with(IAuthorizatorPolicy decides) {
        return new Extensions(handlers, tls, authenticator, decides);
    }
}
