package io.zanzara.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.zanzara.codec.Packet.Ack;
import io.zanzara.codec.Packet.AckType;
import io.zanzara.codec.Packet.Auth;
import io.zanzara.codec.Packet.Connack;
import io.zanzara.codec.Packet.Disconnect;
import io.zanzara.codec.Packet.Publish;
import io.zanzara.codec.Packet.Suback;
import io.zanzara.codec.Packet.Unsuback;
import io.zanzara.conformance.Spec;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written byte by byte, what is left out for its size, and what older versions get instead. */
final class PacketWriterTest {

    @Test
    void shortensAcknowledgements() {
        assertWrites(5, Ack.of(AckType.PUBACK, 1), "40 {0001}");
        assertWrites(5, new Ack(AckType.PUBREC, 1, ReasonCode.QUOTA_EXCEEDED, null), "50 {0001 97}");
        assertWrites(5, new Ack(AckType.PUBREL, 1, ReasonCode.SUCCESS, "a"), "62 {0001 00 {1F['a']}}");
        assertWrites(5, new Disconnect(ReasonCode.SUCCESS, -1, null, null), "E0 {}");
        assertWrites(5, new Disconnect(ReasonCode.SERVER_BUSY, -1, null, null), "E0 {89 {}}");
        assertWrites(5, new Auth(ReasonCode.SUCCESS, null, null, null), "F0 {}");
    }

    @Test
    @Spec(v5 = {"MQTT-3.2.2-8"})
    void refusesWithReasonsThatConnackHas() {
        assertWrites(5, Connack.refused(ReasonCode.SERVER_BUSY, null), "20 {00 89 {}}");
        assertWrites(5, Connack.refused(ReasonCode.SESSION_TAKEN_OVER, "a"), "20 {00 80 {1F['a']}}");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    @Spec(v311 = {"MQTT-3.9.3-2"})
    void writesNoReasonsInOlderVersions(int level) {
        assertWrites(level, new Ack(AckType.PUBACK, 1, ReasonCode.QUOTA_EXCEEDED, "why"), "40 {0001}");
        assertWrites(level, new Unsuback(1, List.of(ReasonCode.NOT_AUTHORIZED), "why"), "B0 {0001}");
        assertWrites(
                level,
                new Suback(1, List.of(ReasonCode.GRANTED_QOS_2, ReasonCode.NOT_AUTHORIZED), "why"),
                level == 4 ? "90 {0001 02 80}" : "90 {0001 02 00}"); // 3.1 has no code for a failure
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void doesNotWriteWhatOlderVersionsLack(int level) {
        ByteBuf out = Unpooled.buffer();
        PacketWriter writer = new PacketWriter(level, -1);
        assertThat(writer.write(new Disconnect(ReasonCode.SERVER_BUSY, -1, "why", null), out))
                .isZero();
        assertThat(writer.write(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, "m", null, null), out))
                .isZero();
        assertThat(out.isReadable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MALFORMED_PACKET",
                "PROTOCOL_ERROR",
                "TOPIC_NAME_INVALID",
                "PACKET_TOO_LARGE",
                "QOS_NOT_SUPPORTED"
            })
    @Spec(v311 = {"MQTT-3.1.4-1", "MQTT-3.2.2-6"})
    void writesNoConnackThatOlderVersionsHaveNoCodeFor(ReasonCode reasonCode) {
        for (int level = 3; level <= 4; level++) {
            ByteBuf out = Unpooled.buffer();
            assertThat(new PacketWriter(level, -1).write(Connack.refused(reasonCode, "why"), out))
                    .isZero();
            assertThat(out.isReadable()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"SESSION_TAKEN_OVER,80", "MAXIMUM_CONNECT_TIME,88", "SERVER_SHUTTING_DOWN,88", "BANNED,8A"})
    @Spec(v5 = {"MQTT-3.2.2-8"})
    void writesOnlyReasonCodesOfConnack(ReasonCode reasonCode, String code) {
        assertWrites(5, Connack.refused(reasonCode, null), "20 {00 " + code + " {}}");
    }

    @ParameterizedTest
    @CsvSource({
        "SUCCESS,0",
        "UNSUPPORTED_PROTOCOL_VERSION,1",
        "CLIENT_IDENTIFIER_NOT_VALID,2",
        "SERVER_UNAVAILABLE,3",
        "SERVER_BUSY,3",
        "QUOTA_EXCEEDED,3",
        "CONNECTION_RATE_EXCEEDED,3",
        "BAD_USER_NAME_OR_PASSWORD,4",
        "NOT_AUTHORIZED,5",
        "BANNED,5",
        "BAD_AUTHENTICATION_METHOD,5"
    })
    void mapsConnackForOlderVersions(ReasonCode reasonCode, int returnCode) {
        for (int level = 3; level <= 4; level++) {
            assertWrites(level, Connack.refused(reasonCode, "why"), "20 {00 0" + returnCode + "}");
        }
    }

    @Test
    void refusesAnUnknownVersionInTheFormThatComesNearest() {
        Connack refusal = Connack.refused(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, null);
        assertWrites(6, refusal, "20 {0084 {}}");
        assertWrites(2, refusal, "20 {0001}");
        assertWrites(0x84, refusal, "20 {0001}"); // a bridge, which then tries again without the bit
    }

    @Test
    @Spec(
            v5 = {
                "MQTT-3.1.2-24",
                "MQTT-3.2.2-19",
                "MQTT-3.4.2-2",
                "MQTT-3.5.2-2",
                "MQTT-3.6.2-2",
                "MQTT-3.7.2-2",
                "MQTT-3.9.2-1",
                "MQTT-3.11.2-1",
                "MQTT-3.14.2-3",
                "MQTT-3.15.2-2"
            })
    void leavesOutTheReasonStringThatWouldMakeItTooLarge() {
        Packet[] packets = {
            new Ack(AckType.PUBACK, 1, ReasonCode.QUOTA_EXCEEDED, "a reason"),
            new Ack(AckType.PUBREC, 1, ReasonCode.QUOTA_EXCEEDED, "a reason"),
            new Ack(AckType.PUBREL, 1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, "a reason"),
            new Ack(AckType.PUBCOMP, 1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, "a reason"),
            new Suback(1, List.of(ReasonCode.SUCCESS), "a reason"),
            new Unsuback(1, List.of(ReasonCode.SUCCESS), "a reason"),
            new Disconnect(ReasonCode.SERVER_BUSY, -1, "a reason", null),
            new Auth(ReasonCode.CONTINUE_AUTHENTICATION, "m", null, "a reason"),
            Connack.refused(ReasonCode.SERVER_BUSY, "a reason")
        };
        for (Packet packet : packets) {
            int full = new PacketWriter(5, -1).write(packet, Unpooled.buffer());
            assertThat(new PacketWriter(5, full).write(packet, Unpooled.buffer()))
                    .isEqualTo(full);
            ByteBuf out = Unpooled.buffer();
            int shortened = new PacketWriter(5, full - 1).write(packet, out);
            assertThat(shortened).as(packet.toString()).isBetween(1, full - 11).isEqualTo(out.readableBytes());
            ByteBuf nothing = Unpooled.buffer();
            assertThat(new PacketWriter(5, shortened - 1).write(packet, nothing))
                    .isEqualTo(PacketWriter.TOO_LARGE);
            assertThat(nothing.isReadable()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    @Spec(v5 = {"MQTT-3.1.2-24"})
    void writesNoPublishBeyondTheLimit(int level) {
        Publish publish = publish("topic", new byte[200]);
        ByteBuf out = Unpooled.buffer();
        int size = new PacketWriter(level, -1).write(publish, out);
        assertThat(new PacketWriter(level, size).write(publish, Unpooled.buffer()))
                .isEqualTo(size);

        ByteBuf nothing = Unpooled.buffer();
        PacketWriter writer = new PacketWriter(level, size - 1);
        assertThat(writer.write(publish, nothing)).isEqualTo(PacketWriter.TOO_LARGE);
        assertThat(writer.writePublish(
                        nothing,
                        false,
                        Qos.AT_MOST_ONCE,
                        false,
                        0,
                        RoundTripTest.publicationOf(publish),
                        "topic",
                        0,
                        -1,
                        new int[0]))
                .isEqualTo(PacketWriter.TOO_LARGE);
        assertThat(nothing.isReadable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void neverTruncatesALength(int level) {
        ByteBuf out = Unpooled.buffer();
        PacketWriter writer = new PacketWriter(level, -1);
        assertThat(writer.write(publish("t".repeat(65_536), new byte[0]), out)).isEqualTo(PacketWriter.TOO_LARGE);
        assertThat(writer.write(publish("\u00E9".repeat(32_768), new byte[0]), out))
                .isEqualTo(PacketWriter.TOO_LARGE);
        assertThat(out.isReadable()).isFalse();
        assertThat(writer.write(publish("t".repeat(65_535), new byte[0]), out)).isPositive();
    }

    @Test
    void leavesOutAReasonStringThatNoTextCanHold() {
        assertWrites(5, new Ack(AckType.PUBACK, 1, ReasonCode.QUOTA_EXCEEDED, "a".repeat(65_536)), "40 {0001 97}");
    }

    /** Those of the acknowledgements, of DISCONNECT and of AUTH are a matter of the peer's: the broker has nothing to say there. */
    @Test
    @Spec(
            v5 = {
                "MQTT-3.4.2-3",
                "MQTT-3.5.2-3",
                "MQTT-3.6.2-3",
                "MQTT-3.7.2-3",
                "MQTT-3.9.2-2",
                "MQTT-3.11.2-2",
                "MQTT-3.14.2-4",
                "MQTT-3.15.2-3"
            })
    void addsNoUserProperties() {
        assertWrites(5, new Ack(AckType.PUBACK, 1, ReasonCode.QUOTA_EXCEEDED, "a"), "40 {0001 97 {1F['a']}}");
        assertWrites(5, new Ack(AckType.PUBREC, 1, ReasonCode.QUOTA_EXCEEDED, "a"), "50 {0001 97 {1F['a']}}");
        ReasonCode notFound = ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        assertWrites(5, new Ack(AckType.PUBREL, 1, notFound, "a"), "62 {0001 92 {1F['a']}}");
        assertWrites(5, new Ack(AckType.PUBCOMP, 1, notFound, "a"), "70 {0001 92 {1F['a']}}");
        assertWrites(5, new Suback(1, List.of(ReasonCode.NOT_AUTHORIZED), "a"), "90 {0001 {1F['a']} 87}");
        assertWrites(5, new Unsuback(1, List.of(ReasonCode.SUCCESS), "a"), "B0 {0001 {1F['a']} 00}");
        assertWrites(5, new Disconnect(ReasonCode.SERVER_MOVED, -1, "a", "b"), "E0 {9D {1C['b'] 1F['a']}}");
        assertWrites(
                5,
                new Auth(ReasonCode.CONTINUE_AUTHENTICATION, "m", new byte[] {1}, "a"),
                "F0 {18 {15['m'] 16[01] 1F['a']}}");
    }

    private static Publish publish(String topic, byte[] payload) {
        return new Publish(
                false, Qos.AT_MOST_ONCE, false, 0, topic, payload, 0, -1, -1, null, null, null, new int[0], List.of());
    }

    private static void assertWrites(int level, Packet packet, String notation) {
        ByteBuf out = Unpooled.buffer();
        int written = new PacketWriter(level, -1).write(packet, out);
        assertThat(out).isEqualTo(Unpooled.wrappedBuffer(Notation.bytes(notation)));
        assertThat(written).isEqualTo(out.readableBytes());
    }
}
