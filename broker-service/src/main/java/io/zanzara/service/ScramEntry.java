package io.zanzara.service;

import io.zanzara.access.ScramCredential;
import io.zanzara.access.ScramSha256;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A command of the jar: asks for a password and prints the user's entry for the settings. A password on a command line is seen by everybody. */
final class ScramEntry {

    static final String COMMAND = "scram-sha-256";

    private static final String USAGE = "Usage: java -jar broker-service.jar " + COMMAND
            + " NAME [ITERATIONS]; the password is asked for, or read from" + " standard input.";
    private static final int DEFAULT_ITERATIONS = 10_000;
    private static final int SALT_BYTES = 16;

    private ScramEntry() {}

    /**
     * Runs the command.
     *
     * @param console where the password is asked for without showing it, or null to read the first line of {@code in}, in UTF-8
     * @return the exit status
     */
    static int run(String[] args, @Nullable Console console, InputStream in, PrintStream out, PrintStream err) {
        if (args.length < 2 || args.length > 3) {
            err.println(USAGE);
            return 1;
        }
        char[] password = new char[0];
        try {
            String name = ScramSha256.prepare(args[1]);
            int iterations = args.length == 3 ? Integer.parseInt(args[2]) : DEFAULT_ITERATIONS;
            password = PasswordSource.read(console, name, in);
            byte[] salt = new byte[SALT_BYTES];
            new SecureRandom().nextBytes(salt);
            String credential = ScramCredential.of(password, salt, iterations).encoded();
            out.println("- name: '" + name.replace("'", "''") + "'");
            out.println("  credential: " + credential);
            return 0;
        } catch (NumberFormatException e) {
            err.println(args[2] + " is no number of iterations. " + USAGE);
        } catch (IOException | IllegalArgumentException e) {
            err.println("No entry was made: " + e.getMessage() + ".");
        } finally {
            Arrays.fill(password, '\0');
        }
        return 1;
    }
}
