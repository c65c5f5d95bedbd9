package io.zanzara.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Topics, filters, texts and numbers from a seed: mostly a few that meet each other, sometimes any. */
final class Words {

    private static final int BRANCHES = 24;
    private static final String[] LETTERS = {
        "a",
        "Z",
        "0",
        " ",
        "/",
        "$",
        "\u0001",
        "\u007F",
        "\u0080",
        "\u07FF",
        "\uD7FF",
        "\uFEFF",
        "\uFFFF",
        "\uD83E\uDD9F"
    };
    private static final String[] WRONG_FILTERS = {
        "",
        "a#",
        "#/a",
        "a+/b",
        "$share",
        "$share/",
        "$share/g",
        "$share//a",
        "$share/g/",
        "$share/g+/a",
        "$share/#/a",
        "//#/"
    };
    private static final long[] EDGES = {
        0, 1, 2, 127, 128, 255, 256, 16_383, 16_384, 65_534, 65_535, 65_536, 2_097_151, 268_435_455, 4_294_967_295L
    };

    private final SplittableRandom random;

    Words(SplittableRandom random) {
        this.random = random;
    }

    boolean oneIn(int many) {
        return random.nextInt(many) == 0;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** A number at an edge of some encoding, at most {@code most}. */
    long edge(long most) {
        return Math.min(most, EDGES[random.nextInt(EDGES.length)]);
    }

    String topic() {
        if (oneIn(40)) {
            return "f" + text();
        }
        if (oneIn(200)) {
            return "$f/" + below(BRANCHES);
        }
        return "f/" + below(BRANCHES) + "/" + below(BRANCHES);
    }

    /** Mostly one topic: what everybody subscribes to with wildcards would come to everybody, and the broker would do nothing else. */
    String filter() {
        int choice = below(256);
        if (choice == 0) {
            return "#";
        }
        if (choice < 8) {
            return "f/" + below(BRANCHES) + "/#";
        }
        if (choice < 20) {
            return choice < 16 ? "f/+/" + below(BRANCHES) : "+/" + below(BRANCHES) + "/+";
        }
        if (choice < 50) {
            String last = choice < 24 ? "#" : String.valueOf(below(BRANCHES));
            return "$share/g" + below(4) + "/f/" + below(BRANCHES) + "/" + last;
        }
        if (choice < 60) {
            return choice < 58 ? WRONG_FILTERS[below(WRONG_FILTERS.length)] : "$f/#";
        }
        return topic();
    }

    /** Well-formed, without the null character, seldom long. */
    String text() {
        StringBuilder text = new StringBuilder();
        int length = oneIn(20) ? below(300) : below(6);
        for (int i = 0; i < length; i++) {
            text.append(LETTERS[below(LETTERS.length)]);
        }
        return text.toString();
    }

    byte[] payload() {
        int length = oneIn(500) ? below(60_000) : oneIn(20) ? below(3_000) : below(60);
        byte[] bytes = new byte[length];
        if (oneIn(2)) {
            random.nextBytes(bytes);
        }
        return bytes;
    }

    byte[] binary() {
        return oneIn(2) ? text().getBytes(StandardCharsets.UTF_8) : new byte[below(12)];
    }
}
