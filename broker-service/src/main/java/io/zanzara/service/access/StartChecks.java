package io.zanzara.service.access;

import io.zanzara.access.Listener;
import io.zanzara.service.engine.AuthenticationSettings;
import io.zanzara.service.engine.AuthenticationSettings.Anonymous;
import io.zanzara.service.engine.BrokerProperties;
import io.zanzara.service.engine.InvalidSettingException;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must not start: a broker that is more open than whoever set it up would think. Each check throws an {@link InvalidSettingException}. */
final class StartChecks {

    private static final Logger LOG = LoggerFactory.getLogger(StartChecks.class);
    private static final String AUTHENTICATION = "zanzara.authentication.";

    private final BrokerProperties properties;
    private final AuthenticationSettings settings;
    private final List<Listener> listeners;

    StartChecks(BrokerProperties properties, List<Listener> listeners) {
        this.properties = properties;
        this.settings = properties.authentication();
        this.listeners = listeners;
    }

    /** A bean decides alone; what the settings say beside it would never be asked. */
    void beansStandAlone(boolean authenticator, boolean authorizer) {
        String who = ", because a bean of type Authenticator decides who may connect";
        if (authenticator && !settings.users().isEmpty()) {
            throw new InvalidSettingException(
                    AUTHENTICATION + "users", settings.users().size() + " users", "empty" + who);
        }
        if (authenticator && !settings.usersFile().isEmpty()) {
            throw new InvalidSettingException(AUTHENTICATION + "users-file", settings.usersFile(), "empty" + who);
        }
        if (authenticator && settings.anonymous() != Anonymous.AUTO) {
            throw new InvalidSettingException(AUTHENTICATION + "anonymous", word(settings.anonymous()), "auto" + who);
        }
        String what = "empty, because a bean of type Authorizer decides what clients may do";
        if (authorizer && !properties.authorization().rules().isEmpty()) {
            throw new InvalidSettingException(
                    "zanzara.authorization.rules",
                    properties.authorization().rules().size() + " rules",
                    what);
        }
        if (authorizer && !properties.authorization().file().isEmpty()) {
            throw new InvalidSettingException(
                    "zanzara.authorization.file", properties.authorization().file(), what);
        }
    }

    /**
     * Whoever gets to a listener has to log in, unless it is said that anybody may come, or only this machine gets there.
     *
     * @param logIn whether there is anybody who could log in, other than with a certificate
     */
    void doorsAreLocked(boolean logIn) {
        if (settings.anonymous() == Anonymous.FALSE
                && !logIn
                && !listeners.stream().allMatch(StartChecks::namesByCertificate)) {
            throw new InvalidSettingException(
                    AUTHENTICATION + "anonymous",
                    false,
                    "true or auto, unless there are users who can log in: in " + AUTHENTICATION + "users or "
                            + AUTHENTICATION + "users-file");
        }
        for (int i = 0; i < listeners.size(); i++) {
            if (!namesByCertificate(listeners.get(i)) && !Places.isOnLoopback(listeners.get(i))) {
                isLocked(i, listeners.get(i), logIn);
            }
        }
        if (!logIn && hasRules() && listeners.stream().noneMatch(StartChecks::namesByCertificate)) {
            LOG.warn("There are rules, but nobody has to prove a user name: clients may call themselves as they like");
        }
    }

    private void isLocked(int index, Listener listener, boolean logIn) {
        if (settings.anonymous() == Anonymous.TRUE) {
            LOG.warn(
                    "Anybody who reaches {} port {} may connect without a password: {}anonymous is true",
                    listener.host(),
                    listener.port(),
                    AUTHENTICATION);
        } else if (!logIn) {
            throw new InvalidSettingException(
                    setting(index),
                    listener.host(),
                    "localhost as long as nobody has to log in; name users in " + AUTHENTICATION + "users or "
                            + AUTHENTICATION + "users-file, or set " + AUTHENTICATION
                            + "anonymous to true if anybody may connect");
        }
    }

    private static String word(Anonymous anonymous) {
        return anonymous.name().toLowerCase(Locale.ROOT);
    }

    private boolean hasRules() {
        return properties.authorization().isThere();
    }

    private String setting(int listener) {
        return properties.listeners().isEmpty() ? "zanzara.mqtt.host" : "zanzara.listeners[" + listener + "].host";
    }

    private static boolean namesByCertificate(Listener listener) {
        return listener.tls() != null && listener.tls().userNameFromCertificate();
    }
}
