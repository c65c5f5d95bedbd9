package io.zanzara.service;

import io.zanzara.service.access.PasswordEntry;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A command of the jar: asks for a password and prints the user's line for a file of users. A password on a command line is seen by everybody. */
final class PasswordCommand {

    static final String COMMAND = "password";

    private static final String USAGE = "Usage: java -jar broker-service.jar " + COMMAND
            + " NAME [COST]; the password is asked for, or read from standard input.";

    private PasswordCommand() {}

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
            int cost = args.length == 3 ? Integer.parseInt(args[2]) : PasswordEntry.USUAL_COST;
            password = PasswordSource.read(console, args[1], in);
            String line = PasswordEntry.of(args[1], password, cost) + "\n";
            out.write(line.getBytes(StandardCharsets.UTF_8)); // as the file is read, whatever the terminal's encoding
            out.flush();
            return 0;
        } catch (NumberFormatException e) {
            err.println(args[2] + " is no cost. " + USAGE);
        } catch (IOException | IllegalArgumentException e) {
            err.println("No entry was made: " + e.getMessage() + ".");
        } finally {
            Arrays.fill(password, '\0');
        }
        return 1;
    }
}
