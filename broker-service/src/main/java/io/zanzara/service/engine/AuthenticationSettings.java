package io.zanzara.service.engine;

import java.util.List;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * Who may connect.
 *
 * @param anonymous Whether clients without a user name are let in: true, false, or auto for as long as nobody has to log in and all listeners are on loopback.
 * @param users Who may log in with a user name and a password: the name and the bcrypt hash of each.
 * @param usersFile File with more users, a line such as name:hash for each, made with: java -jar broker-service.jar password NAME. Read again when it changes.
 * @param scramSha256 users who log in with the method SCRAM-SHA-256
 */
public record AuthenticationSettings(
        @DefaultValue("auto") Anonymous anonymous,
        @DefaultValue List<User> users,
        @DefaultValue("") String usersFile,

        @DefaultValue @Name("scram-sha-256") @NestedConfigurationProperty
        ScramSettings scramSha256) {

    /** Whether clients without a user name are let in. */
    public enum Anonymous {
        /** While nobody has to log in and only this machine gets to the listeners. */
        AUTO,
        TRUE,
        FALSE
    }

    /**
     * One user.
     *
     * @param name by which the authorizer is asked
     * @param passwordHash of bcrypt
     */
    public record User(
            @DefaultValue("") String name, @DefaultValue("") String passwordHash) {

        /** Never shows the hash. */
        @Override
        public String toString() {
            return "User[" + name + "]";
        }
    }

    public AuthenticationSettings {
        users = List.copyOf(users);
    }

    /** Whether anybody logs in with a password in CONNECT. */
    public boolean hasUsers() {
        return !users.isEmpty() || !usersFile.isEmpty();
    }
}
