package io.zanzara.service.engine;

import io.moquette.broker.ISslContextCreator;
import io.moquette.broker.security.IAuthenticator;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.interception.InterceptHandler;
import io.zanzara.BrokerStartException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The beans of Moquette's types that an application brings.
 *
 * @param handlers hear what happens, each on a thread of its own
 * @param tls makes the engines of all listeners that speak TLS, instead of their bundles; or null
 * @param authenticator decides who may connect with a user name, nobody without one; or null
 * @param policy decides what clients may do; or null
 */
public record Extensions(
        List<InterceptHandler> handlers,
        @Nullable ISslContextCreator tls,
        @Nullable IAuthenticator authenticator,
        @Nullable IAuthorizatorPolicy policy) {

    /**
     * Returns the only bean of a type, or null if there is none.
     *
     * @throws BrokerStartException if there are several
     */
    static <T> @Nullable T only(Class<T> type, ObjectProvider<T> beans) {
        List<T> all = beans.stream().toList();
        if (all.size() > 1) {
            throw tooMany("There are " + all.size() + " beans of type " + type.getSimpleName());
        }
        return all.isEmpty() ? null : all.get(0);
    }

    /**
     * Checks that one bean decides.
     *
     * @param authenticator whether there is a bean of the engine's own type {@code Authenticator}
     * @param authorizer whether there is one of {@code Authorizer}
     * @throws BrokerStartException if there is one of Moquette's too
     */
    public void decideAlone(boolean authenticator, boolean authorizer) {
        if (authenticator && this.authenticator != null) {
            throw tooMany("There is a bean of type Authenticator and one of type IAuthenticator");
        }
        if (authorizer && policy != null) {
            throw tooMany("There is a bean of type Authorizer and one of type IAuthorizatorPolicy");
        }
    }

    private static BrokerStartException tooMany(String what) {
        return new BrokerStartException(
                what + ": which of them is to decide can't be told; leave one.", new IllegalStateException(what));
    }
}
