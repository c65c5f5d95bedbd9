package io.zanzara.moquette.embedding;

import io.moquette.broker.config.IConfig;
import io.moquette.broker.security.IAuthenticator;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;
import org.jspecify.annotations.Nullable;

/** Lets one user in, and do everything, whom the configuration names. The server makes it from its name in the configuration. */
public final class OnlyTheNamedUser implements IAuthenticator, IAuthorizatorPolicy {

    private final String only;

    /**
     * @param config has the user in "only.user"
     */
    public OnlyTheNamedUser(IConfig config) {
        only = config.getProperty("only.user");
    }

    @Override
    public boolean checkValid(String clientId, String user, byte[] password) {
        return only.equals(user);
    }

    @Override
    public boolean canWrite(Topic topic, @Nullable String user, String client) {
        return only.equals(user);
    }

    @Override
    public boolean canRead(Topic topic, @Nullable String user, String client) {
        return only.equals(user);
    }
}
