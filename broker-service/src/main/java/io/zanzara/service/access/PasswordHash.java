package io.zanzara.service.access;

import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** A bcrypt hash, in the form that {@code htpasswd -B} writes too, with or without {@code {bcrypt}} before it. A secret. */
final class PasswordHash {

    /** How the sentence about a hash that is none goes on behind "must be". */
    static final String FORM = "a bcrypt hash, which this command makes: java -jar broker-service.jar password NAME";

    /** bcrypt looks at no more of a password. */
    static final int MOST_BYTES = 72;

    /** Each step doubles the time; beyond this a login would take many seconds. */
    static final int HIGHEST_COST = 16;

    static final int LOWEST_COST = 4;
    private static final int DIGEST_CHARS = 31;
    private static final Pattern TEXT = Pattern.compile("(?:\\{bcrypt})?(\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53})");

    private final String text;
    private final int cost;

    private PasswordHash(String text, int cost) {
        this.text = text;
        this.cost = cost;
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none; the message does not repeat it
     */
    static PasswordHash parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("the hash must be " + FORM);
        }
        int cost = Integer.parseInt(parts.group(2));
        if (cost < LOWEST_COST || cost > HIGHEST_COST) {
            throw new IllegalArgumentException("the hash has the cost " + cost + " but must have one from "
                    + LOWEST_COST + " to " + HIGHEST_COST + "; it must be " + FORM);
        }
        return new PasswordHash(parts.group(1), cost);
    }

    /** Makes one. The password has {@link #MOST_BYTES} at most. */
    static PasswordHash of(byte[] password, int cost) {
        return new PasswordHash(BCrypt.hashpw(password, BCrypt.gensalt("$2b", cost)), cost);
    }

    /** Returns one that no password fits, and that takes as long to find that out. */
    static PasswordHash decoy(int cost, Random random) {
        String alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        StringBuilder text = new StringBuilder(BCrypt.gensalt("$2b", cost));
        for (int i = 0; i < DIGEST_CHARS; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return new PasswordHash(text.toString(), cost);
    }

    /** Whether this is the password; takes a tenth of a second and more. */
    boolean matches(byte[] password) {
        return BCrypt.checkpw(password, text);
    }

    /** Returns the text form: a secret. */
    String encoded() {
        return text;
    }

    int cost() {
        return cost;
    }

    /** Never shows the hash. */
    @Override
    public String toString() {
        return "PasswordHash[cost " + cost + "]";
    }
}
