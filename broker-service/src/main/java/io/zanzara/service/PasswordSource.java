package io.zanzara.service;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
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
     * @param console or null to read the next line of {@code in}, in UTF-8; an {@code in} without a buffer keeps what follows
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

    /** Not one byte more than the line, which several commands may read from one after the other. */
    private static char[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            throw new IOException("there is no password on standard input");
        }
        while (next >= 0 && next != '\n') {
            line.write(next);
            next = in.read();
        }
        byte[] bytes = line.toByteArray();
        int length = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes, 0, length));
        char[] password = new char[text.remaining()];
        text.get(password);
        return password;
    }
}
