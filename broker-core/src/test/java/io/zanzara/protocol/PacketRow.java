package io.zanzara.protocol;

import io.zanzara.codec.Notation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a client sends and what must come back, in one version.
 *
 * @param level the protocol level: 3, 4 or 5
 * @param first whether the bytes are the first on the connection; else they follow a CONNECT
 * @param answers see {@code packets.txt}
 * @param statements the normative statements of that version's standard that it tries
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PacketRow(
        String meaning, int level, boolean first, byte[] bytes, List<String> answers, List<String> statements) {

    /** Stands between answers whose order is open. */
    static final String EITHER_ORDER = " \\+ ";

    /** Stands for whatever a good packet is answered with, as long as the connection goes on. */
    static final String ANYTHING = "anything";

    private static final Pattern CODED = Pattern.compile("(DISCONNECT|CONNACK) ([0-9A-F]{2})");

    /** @param notation in the notation of the table, for any version */
    static PacketRow of(
            String meaning, int level, boolean first, String notation, String answers, List<String> statements) {
        List<String> expected = new ArrayList<>();
        for (String answer : answers.split(",")) {
            if (!answer.isBlank()) {
                expected.add(Arrays.stream(answer.trim().split(EITHER_ORDER))
                        .map(one -> inVersion(one, level))
                        .collect(Collectors.joining(" + ")));
            }
        }
        return new PacketRow(
                meaning, level, first, Notation.bytes(inVersion(notation, level)), List.copyOf(expected), statements);
    }

    private static String inVersion(String text, int level) {
        if (Pattern.matches("[0-9A-F]{2} .*", text) || !Pattern.matches("[A-Z]{5,}.*", text)) {
            String name = level == 3 ? "['MQIsdp'] 03" : "['MQTT'] 0" + level;
            return text.replace("@", name).replace("~", level == 5 ? "00" : "");
        }
        return level == 5 ? text : withoutReasonCodes(text);
    }

    private static String withoutReasonCodes(String answer) {
        Matcher coded = CODED.matcher(answer);
        if (coded.matches() && (answer.startsWith("D") || Integer.parseInt(coded.group(2), 16) >= 0x80)) {
            return "closed";
        }
        String[] words = answer.split(" ");
        boolean hasCodes = words[0].equals("SUBACK") || words[0].equals("CONNACK");
        return hasCodes ? answer : String.join(" ", Arrays.copyOf(words, Math.min(2, words.length)));
    }

    /** Whether the broker must end the connection. */
    boolean ends() {
        if (answers.isEmpty()) {
            return false;
        }
        String last = answers.get(answers.size() - 1);
        return last.equals("closed")
                || last.startsWith("DISCONNECT")
                || last.startsWith("E0 ")
                || last.startsWith("20 {00") && !last.startsWith("20 {0000")
                || last.startsWith("CONNACK") && !last.equals("CONNACK 00");
    }

    @Override
    public String toString() {
        return "level " + level + ": " + meaning;
    }
}
