package io.zanzara.service;

import io.zanzara.access.ScramCredential;
import io.zanzara.access.ScramSha256;
import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** The command that prints a user's entry for the settings. */
final class ScramEntry implements EntryCommand.Entry {

    static final String COMMAND = "scram-sha-256";

    private static final int DEFAULT_ITERATIONS = 10_000;
    private static final int SALT_BYTES = 16;
    private static final EntryCommand MAKES_ENTRY = new EntryCommand(
            "Usage: java -jar broker-service.jar " + COMMAND
                    + " NAME [ITERATIONS]; the password is asked for, or read from standard input.",
            "number of iterations",
            DEFAULT_ITERATIONS,
            new ScramEntry());

    private ScramEntry() {}

    /** See {@link EntryCommand#run}. */
    static int run(String[] args, @Nullable Console console, InputStream in, PrintStream out, PrintStream err) {
        return MAKES_ENTRY.run(args, console, in, out, err);
    }

    @Override
    public String name(String given) {
        return ScramSha256.prepare(given);
    }

    @Override
    public void print(String name, char[] password, int iterations, PrintStream out) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        String credential = ScramCredential.of(password, salt, iterations).encoded();
        out.println("- name: '" + name.replace("'", "''") + "'");
        out.println("  credential: " + credential);
    }
}
