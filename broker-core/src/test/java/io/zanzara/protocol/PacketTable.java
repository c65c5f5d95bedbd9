package io.zanzara.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads {@code packets.txt}. */
final class PacketTable {

    private static final int COLUMNS = 6;

    private PacketTable() {}

    /** Returns the rows of each section, one for each version. */
    static Map<String, List<PacketRow>> sections() throws IOException {
        Map<String, List<PacketRow>> sections = new LinkedHashMap<>();
        List<PacketRow> rows = new ArrayList<>();
        boolean begun = false;
        try (InputStream in = Objects.requireNonNull(PacketTable.class.getResourceAsStream("packets.txt"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.startsWith("## ")) {
                    begun = true;
                    rows = new ArrayList<>();
                    sections.put(line.substring(3), rows);
                } else if (begun && !line.isBlank()) {
                    add(line, rows);
                }
            }
        }
        return sections;
    }

    private static void add(String line, List<PacketRow> rows) {
        String[] columns = line.split("\\|", -1);
        if (columns.length != COLUMNS) {
            throw new IllegalArgumentException("a row has " + COLUMNS + " columns: " + line);
        }
        boolean first = columns[0].startsWith("^");
        for (char version : columns[0].replace("^", "").trim().toCharArray()) {
            int level = version - '0';
            rows.add(PacketRow.of(
                    columns[1].trim(), level, first, columns[2].trim(), columns[3], statements(columns[4], level)));
        }
    }

    private static List<String> statements(String column, int level) {
        List<String> statements = new ArrayList<>();
        String standard = "";
        for (String word : column.trim().split(" ")) {
            if (word.startsWith("v")) {
                standard = word;
            } else if (!word.isEmpty() && level == (standard.equals("v5") ? 5 : 4)) {
                statements.add("MQTT-" + word);
            }
        }
        return statements;
    }
}
