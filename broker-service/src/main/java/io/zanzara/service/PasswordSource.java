package io.zanzara.service;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where the jar's commands get a password from: a person at a console, who isn't shown it and gives it twice, or standard input. */
final class PasswordSource {

    private PasswordSource() {}

    /** Returns the console if a person sits at it. From Java 22 on there is one also where standard input is a file or a pipe. */
    static @Nullable Console terminal() {
        Console console = System.console();
        try {
            boolean isTerminal = console != null
                    && Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
            return isTerminal ? console : null;
        } catch (ReflectiveOperationException e) {
            return console;
        }
    }

    /**
     * Returns the user's password; the caller wipes it.
     *
     * @param console or null to read the first line of {@code in}, in UTF-8
     * @throws IOException if there is none, with the reason
     */
    static char[] read(@Nullable Console console, String name, InputStream in) throws IOException {
        return console == null ? line(in) : asked(console, name);
    }

    private static char[] asked(Console console, String name) throws IOException {
        char[] first = console.readPassword("Password of %s: ", name);
        char[] second = console.readPassword("Again: ");
        if (first == null || !Arrays.equals(first, second)) {
            throw new IOException("the two passwords differ");
        }
        Arrays.fill(second, '\0');
        return first;
    }

    private static char[] line(InputStream in) throws IOException {
        String line = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new IOException("there is no password on standard input");
        }
        return line.toCharArray();
    }
}
