package io.zanzara.service;

import io.zanzara.service.access.PasswordEntry;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The command that prints a user's line for a file of users. */
final class PasswordCommand {

    static final String COMMAND = "password";

    private static final EntryCommand MAKES_LINE = new EntryCommand(
            "Usage: java -jar broker-service.jar " + COMMAND
                    + " NAME [COST]; the password is asked for, or read from standard input.",
            "cost",
            PasswordEntry.USUAL_COST,
            PasswordCommand::print);

    private PasswordCommand() {}

    /** See {@link EntryCommand#run}. */
    static int run(String[] args, @Nullable Console console, InputStream in, PrintStream out, PrintStream err) {
        return MAKES_LINE.run(args, console, in, out, err);
    }

    private static void print(String name, char[] password, int cost, PrintStream out) throws IOException {
        String line = PasswordEntry.of(name, password, cost) + "\n";
        out.write(line.getBytes(StandardCharsets.UTF_8)); // as the file is read, whatever the terminal's encoding
        out.flush();
    }
}
