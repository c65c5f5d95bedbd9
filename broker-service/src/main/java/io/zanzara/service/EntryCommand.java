package io.zanzara.service;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A command of the jar that asks for a password and prints an entry made of it. A password on a command line is seen by everybody.
 *
 * @param usage printed where the arguments are not right
 * @param number what the second argument is, such as "cost"
 * @param usualNumber what it is if it is left out
 * @param entry makes the entry
 */
record EntryCommand(String usage, String number, int usualNumber, Entry entry) {

    /** Makes an entry of what was asked for. */
    interface Entry {

        /**
         * Returns the name as it will be in the entry.
         *
         * @throws IllegalArgumentException if it can't be one
         */
        default String name(String given) {
            return given;
        }

        /**
         * Prints the entry.
         *
         * @throws IllegalArgumentException if there can't be one, with the reason
         */
        void print(String name, char[] password, int number, PrintStream out) throws IOException;
    }

    /**
     * Runs the command.
     *
     * @param args the command's name, the user's, and perhaps the number
     * @param console where the password is asked for without showing it, or null to read the first line of {@code in}, in UTF-8
     * @return the exit status
     */
    int run(String[] args, @Nullable Console console, InputStream in, PrintStream out, PrintStream err) {
        if (args.length < 2 || args.length > 3) {
            err.println(usage);
            return 1;
        }
        char[] password = new char[0];
        try {
            String name = entry.name(args[1]);
            int chosen = args.length == 3 ? Integer.parseInt(args[2]) : usualNumber;
            password = PasswordSource.read(console, name, in);
            entry.print(name, password, chosen, out);
            return 0;
        } catch (NumberFormatException e) {
            err.println(args[2] + " is no " + number + ". " + usage);
        } catch (IOException | IllegalArgumentException e) {
            err.println("No entry was made: " + e.getMessage() + ".");
        } finally {
            Arrays.fill(password, '\0');
        }
        return 1;
    }
}
