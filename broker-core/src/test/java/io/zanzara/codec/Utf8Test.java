package io.zanzara.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.conformance.Spec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The check of UTF-8 against the JDK's own decoder in its strict mode. */
final class Utf8Test {

    @Test
    @Spec(
            v5 = {"MQTT-1.5.4-2"},
            v311 = {"MQTT-1.5.3-2"})
    void agreesOnAllTextsOfTwoBytes() {
        for (int first = 0; first < 256; first++) {
            assertAgrees(new byte[] {(byte) first});
            for (int second = 0; second < 256; second++) {
                assertAgrees(new byte[] {(byte) first, (byte) second});
            }
        }
    }

    @Test
    @Spec(
            v5 = {"MQTT-1.5.4-1"},
            v311 = {"MQTT-1.5.3-1"})
    void agreesOnAllEncodedNumbers() {
        for (int codePoint = 0; codePoint < 0x200000; codePoint += codePoint < 0x11000 ? 1 : 61) {
            assertAgrees(threeBytes(codePoint));
            assertAgrees(fourBytes(codePoint));
        }
        for (int codePoint = 0x10FF00; codePoint < 0x110100; codePoint++) {
            assertAgrees(fourBytes(codePoint));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void agreesOnRandomBytes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] edges = {0x01, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4};
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(6)];
            for (int k = 0; k < bytes.length; k++) {
                bytes[k] = (byte) edges[random.nextInt(edges.length)];
            }
            assertAgrees(bytes);
        }
    }

    private static byte[] threeBytes(int number) {
        return new byte[] {(byte) (0xE0 | number >> 12 & 0x0F), follow(number >> 6), follow(number)};
    }

    private static byte[] fourBytes(int number) {
        return new byte[] {(byte) (0xF0 | number >> 18), follow(number >> 12), follow(number >> 6), follow(number)};
    }

    private static byte follow(int number) {
        return (byte) (0x80 | number & 0x3F);
    }

    private static void assertAgrees(byte[] bytes) {
        String expected = strictly(bytes);
        String actual = Utf8.decode(bytes);
        if (expected == null ? actual != null : !expected.equals(actual)) { // faster than an assertion each time
            assertThat(actual).isEqualTo(expected);
        }
    }

    private static @Nullable String strictly(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.indexOf('\0') >= 0 ? null : text;
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
