package io.zanzara.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.zanzara.codec.PacketCases.PacketCase;
import io.zanzara.conformance.Spec;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of packets, read. */
final class PacketReaderTest {

    private static final int MAX_PACKET_BYTES = 1_000_000;

    static List<PacketCase> goodPackets() {
        return PacketCases.good();
    }

    static Stream<PacketCase> badPackets() {
        return PacketCases.all().stream().filter(row -> row.violation() != null);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("goodPackets")
    @Spec(
            v5 = {"MQTT-3.1.3-1", "MQTT-3.1.3-10", "MQTT-3.3.2-18"},
            v311 = {"MQTT-1.5.3-3", "MQTT-3.1.3-1"})
    void readsWhatIsAllowed(PacketCase row) throws Malformed {
        PacketReader reader = readerFor(row.fromClient(), row.protocolLevel());
        ByteBuf in = Unpooled.wrappedBuffer(row.bytes());

        Packet packet = reader.read(in);

        assertThat(packet).usingRecursiveComparison().isEqualTo(row.packet());
        assertThat(in.readableBytes()).isZero();
        assertThat(reader.read(in)).isNull();
    }

    @Test
    void readsEachTopicThatComesAfterAnother() throws Malformed {
        PacketReader reader = readerFor(true, 4);
        PacketWriter writer = PacketWriter.forClient(4, -1);
        String tooLongToKeep = "t".repeat(300);
        for (String topic :
                List.of("a/b", "a/b", "a/c", "a/b/c", "\u00E9/\u00E8", "\u00E9/\u00E9", tooLongToKeep, "a", "a")) {
            ByteBuf in = Unpooled.buffer();
            writer.write(
                    new Packet.Publish(
                            false,
                            Qos.AT_MOST_ONCE,
                            false,
                            0,
                            topic,
                            new byte[] {1},
                            0,
                            -1,
                            -1,
                            null,
                            null,
                            null,
                            new int[0],
                            List.of()),
                    in);
            assertThat(reader.read(in))
                    .isInstanceOfSatisfying(
                            Packet.Publish.class,
                            packet -> assertThat(packet.topic()).isEqualTo(topic));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badPackets")
    @Spec(
            v5 = {
                "MQTT-1.5.4-1",
                "MQTT-1.5.4-2",
                "MQTT-1.5.5-1",
                "MQTT-1.5.7-1",
                "MQTT-2.1.3-1",
                "MQTT-2.2.1-3",
                "MQTT-3.3.1-2",
                "MQTT-3.3.1-4",
                "MQTT-3.3.2-2",
                "MQTT-3.3.2-8",
                "MQTT-3.3.2-14",
                "MQTT-3.3.2-19",
                "MQTT-3.3.4-6",
                "MQTT-3.4.2-1",
                "MQTT-3.5.2-1",
                "MQTT-3.6.1-1",
                "MQTT-3.6.2-1",
                "MQTT-3.7.2-1",
                "MQTT-3.8.1-1",
                "MQTT-3.8.3-1",
                "MQTT-3.8.3-2",
                "MQTT-3.8.3-5",
                "MQTT-3.10.1-1",
                "MQTT-3.10.3-2",
                "MQTT-3.14.1-1",
                "MQTT-3.14.2-1",
                "MQTT-3.15.1-1",
                "MQTT-3.15.2-1"
            },
            v311 = {
                "MQTT-1.5.3-1",
                "MQTT-1.5.3-2",
                "MQTT-2.2.2-1",
                "MQTT-2.3.1-1",
                "MQTT-3.1.2-3",
                "MQTT-3.1.2-9",
                "MQTT-3.1.2-11",
                "MQTT-3.1.2-13",
                "MQTT-3.1.2-14",
                "MQTT-3.1.2-15",
                "MQTT-3.1.2-18",
                "MQTT-3.1.2-19",
                "MQTT-3.1.2-21",
                "MQTT-3.1.2-22",
                "MQTT-3.1.3-3",
                "MQTT-3.3.1-2",
                "MQTT-3.3.1-4",
                "MQTT-3.3.2-1",
                "MQTT-3.3.2-2",
                "MQTT-3.6.1-1",
                "MQTT-3.8.1-1",
                "MQTT-3.8.3-3",
                "MQTT-3.10.1-1",
                "MQTT-3.10.3-2",
                "MQTT-3.14.1-1"
            })
    void refusesWhatIsNot(PacketCase row) throws Malformed {
        PacketReader reader = readerFor(row.fromClient(), row.protocolLevel());
        ByteBuf in = Unpooled.wrappedBuffer(row.bytes());

        Malformed malformed = catchThrowableOfType(Malformed.class, () -> reader.read(in));

        assertThat(malformed).isNotNull();
        assertThat(malformed.reasonCode()).as(malformed.getMessage()).isEqualTo(row.violation());
        assertThat(in.readerIndex()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("goodPackets")
    void waitsForTheWholePacket(PacketCase row) throws Malformed {
        PacketReader reader = readerFor(row.fromClient(), row.protocolLevel());
        for (int length = 0; length < row.bytes().length; length++) {
            ByteBuf in = Unpooled.wrappedBuffer(row.bytes(), 0, length);
            assertThat(reader.read(in)).as("first %d bytes", length).isNull();
            assertThat(in.readerIndex()).isZero();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("goodPackets")
    void leavesTheNextPacketAlone(PacketCase row) throws Malformed {
        PacketReader reader = readerFor(row.fromClient(), row.protocolLevel());
        ByteBuf in = Unpooled.wrappedBuffer(new byte[] {7, 7}, row.bytes(), row.bytes());
        in.skipBytes(2);

        assertThat(reader.read(in)).usingRecursiveComparison().isEqualTo(row.packet());
        assertThat(in.readerIndex()).isEqualTo(2 + row.bytes().length);
    }

    @Test
    void refusesTooLargeAPacketByItsFixedHeader() throws Malformed {
        PacketReader reader = new PacketReader(20);
        reader.read(Unpooled.wrappedBuffer(PacketCases.connect(5)));
        assertThat(reader.read(Unpooled.wrappedBuffer(Notation.bytes("30 12")))).isNull();

        Malformed malformed = catchThrowableOfType(
                Malformed.class, () -> reader.read(Unpooled.wrappedBuffer(Notation.bytes("30 13"))));

        assertThat(malformed.reasonCode()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
    }

    @Test
    void refusesTooLargeAConnectWhenItsLevelIsThere() throws Malformed {
        PacketReader reader = new PacketReader(20);
        assertThat(reader.read(Unpooled.wrappedBuffer(Notation.bytes("10 13 ['MQTT'] 05 02"))))
                .isNull();

        Malformed malformed = catchThrowableOfType(
                Malformed.class, () -> reader.read(Unpooled.wrappedBuffer(Notation.bytes("10 13 ['MQTT'] 05 02 00"))));

        assertThat(malformed.reasonCode()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
        assertThat(reader.protocolLevel()).isEqualTo(5);
    }

    @Test
    void saysTheLevelOfAConnectThatIsWrongFurtherBehind() {
        PacketReader reader = new PacketReader(MAX_PACKET_BYTES);
        Malformed malformed = catchThrowableOfType(
                Malformed.class, () -> reader.read(Unpooled.wrappedBuffer(Notation.bytes("10 {['MQTT'] 05 03}"))));
        assertThat(malformed.reasonCode()).isEqualTo(ReasonCode.MALFORMED_PACKET);
        assertThat(reader.protocolLevel()).isEqualTo(5);
    }

    @Test
    void learnsTheProtocolLevel() throws Malformed {
        for (int level = 3; level <= 5; level++) {
            PacketReader reader = new PacketReader(MAX_PACKET_BYTES);
            assertThat(reader.protocolLevel()).isZero();
            reader.read(Unpooled.wrappedBuffer(PacketCases.connect(level)));
            assertThat(reader.protocolLevel()).isEqualTo(level);
        }
    }

    @Test
    @Spec(
            v5 = {"MQTT-3.1.4-6"},
            v311 = {"MQTT-3.1.4-5"})
    void takesNothingAfterALevelThatIsNotSpoken() throws Malformed {
        for (String connect : List.of("10 {['MQTT'] 06}", "10 {['MQTT'] 00}")) {
            for (String next : List.of("C0 {}", connect)) {
                PacketReader reader = new PacketReader(MAX_PACKET_BYTES);
                reader.read(Unpooled.wrappedBuffer(Notation.bytes(connect)));
                Malformed malformed = catchThrowableOfType(
                        Malformed.class, () -> reader.read(Unpooled.wrappedBuffer(Notation.bytes(next))));
                assertThat(malformed.reasonCode()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
            }
        }
    }

    /** Returns a reader that expects packets of this side, at the level; a server's has its CONNECT behind it unless the level is 0. */
    static PacketReader readerFor(boolean fromClient, int protocolLevel) throws Malformed {
        if (!fromClient) {
            return PacketReader.forClient(protocolLevel, MAX_PACKET_BYTES);
        }
        PacketReader reader = new PacketReader(MAX_PACKET_BYTES);
        if (protocolLevel != 0) {
            reader.read(Unpooled.wrappedBuffer(PacketCases.connect(protocolLevel)));
        }
        return reader;
    }
}
