package io.zanzara.service.access;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the lines of a file of users: {@code name:hash} each, as {@code htpasswd -B} writes them; empty lines and those with a # before all else are passed by. */
final class UserFile {

    private UserFile() {}

    /**
     * Reads the lines.
     *
     * @throws IllegalArgumentException with a sentence that names the number of the first line that is not right, but nothing of a hash
     */
    static Map<String, PasswordHash> parse(List<String> lines) {
        Map<String, PasswordHash> users = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines) {
            number++;
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                try {
                    add(users, text);
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
                }
            }
        }
        return users;
    }

    private static void add(Map<String, PasswordHash> users, String line) {
        int colon = line.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("a line must be like NAME:HASH, and the hash " + PasswordHash.FORM);
        }
        String name = line.substring(0, colon);
        if (users.putIfAbsent(name, PasswordHash.parse(line.substring(colon + 1))) != null) {
            throw new IllegalArgumentException("the user " + name + " is there twice");
        }
    }
}
