package io.zanzara.service.access;

import io.zanzara.service.engine.AuthenticationSettings.User;
import io.zanzara.service.engine.InvalidSettingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may log in with a password: users from the settings and from a file, which may be replaced while others read. For names that are not
 * there it has decoys, so that the answer to them takes as long.
 */
final class Users {

    private static final String PREFIX = "zanzara.authentication.users[";
    private static final String HIDDEN = "(hidden)";

    private final Map<String, PasswordHash> fromSettings;
    private final SecureRandom random = new SecureRandom();
    private final int nameSalt = random.nextInt();
    private volatile State state;

    /**
     * What holds at one time.
     *
     * @param costs of each user's hash; an unknown name gets one of them
     * @param decoys by cost
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record State(Map<String, PasswordHash> all, int[] costs, Map<Integer, PasswordHash> decoys) {}

    Users(List<User> settings) {
        fromSettings = checked(settings);
        state = stateOf(fromSettings);
    }

    private static Map<String, PasswordHash> checked(List<User> settings) {
        Map<String, PasswordHash> users = new LinkedHashMap<>();
        for (int i = 0; i < settings.size(); i++) {
            User user = settings.get(i);
            String entry = PREFIX + i + "].";
            if (user.name().isEmpty()) {
                throw new InvalidSettingException(entry + "name", "", "the name of a user");
            }
            PasswordHash hash;
            try {
                hash = PasswordHash.parse(user.passwordHash());
            } catch (IllegalArgumentException e) {
                throw new InvalidSettingException(
                        entry + "password-hash", user.passwordHash().isEmpty() ? "" : HIDDEN, PasswordHash.FORM);
            }
            if (users.putIfAbsent(user.name(), hash) != null) {
                throw new InvalidSettingException(entry + "name", user.name(), "another than those before it");
            }
        }
        return users;
    }

    /**
     * Replaces those from the file.
     *
     * @throws IllegalArgumentException with a sentence that names the line
     */
    void takeFile(List<String> lines) {
        Map<String, PasswordHash> all = new LinkedHashMap<>(fromSettings);
        UserFile.parse(lines).forEach((name, hash) -> {
            if (all.putIfAbsent(name, hash) != null) {
                throw new IllegalArgumentException(
                        "the user " + name + " is in zanzara.authentication.users and in the file");
            }
        });
        state = stateOf(all);
    }

    private State stateOf(Map<String, PasswordHash> all) {
        int[] costs = all.values().stream().mapToInt(PasswordHash::cost).toArray();
        if (costs.length == 0) {
            costs = new int[] {PasswordEntry.USUAL_COST};
        }
        Map<Integer, PasswordHash> decoys = new LinkedHashMap<>();
        Arrays.stream(costs).distinct().forEach(cost -> decoys.put(cost, PasswordHash.decoy(cost, random)));
        return new State(Map.copyOf(all), costs, decoys);
    }

    /** Returns the user's hash, or null for a name that is not there. */
    @Nullable
    PasswordHash find(String name) {
        return state.all().get(name);
    }

    /** Returns what an unknown name is checked against: as costly as some user's, and for one name always the same. */
    PasswordHash decoy(String name) {
        State now = state;
        int hash = 31 * Arrays.hashCode(name.getBytes(StandardCharsets.UTF_8)) + nameSalt;
        int cost = now.costs()[Math.floorMod(hash * 0x9E3779B9, now.costs().length)];
        PasswordHash decoy = now.decoys().get(cost);
        if (decoy == null) {
            throw new IllegalStateException("there is a decoy for each cost");
        }
        return decoy;
    }

    int size() {
        return state.all().size();
    }
}
