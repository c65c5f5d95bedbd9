package io.zanzara.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.zanzara.codec.Packet.Publish;
import io.zanzara.codec.PacketCases.PacketCase;
import io.zanzara.conformance.Spec;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is read as the same packet. */
final class RoundTripTest {

    private static final int PACKETS = 200;

    static List<PacketCase> goodPackets() {
        return PacketCases.good();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("goodPackets")
    void writesTheTable(PacketCase row) throws Malformed {
        Packet packet = Objects.requireNonNull(row.packet());
        if (packet instanceof Packet.Connect connect && (connect.protocolLevel() < 3 || connect.protocolLevel() > 5)) {
            return; // nobody writes these
        }
        ByteBuf out = Unpooled.buffer();
        PacketWriter writer = writerFor(row.fromClient(), row.protocolLevel());

        assertThat(writer.write(packet, out)).isEqualTo(out.readableBytes());
        assertThat(PacketReaderTest.readerFor(row.fromClient(), row.protocolLevel())
                        .read(out))
                .usingRecursiveComparison()
                .isEqualTo(packet);
    }

    @ParameterizedTest(name = "level {0}, seed {1}")
    @CsvSource({"3,1", "3,2", "4,3", "4,4", "5,5", "5,6", "5,7"})
    void readsWhatClientsWrite(int level, long seed) throws Malformed {
        RandomPackets packets = new RandomPackets(seed, level);
        PacketWriter writer = PacketWriter.forClient(level, -1);
        for (int i = 0; i < PACKETS; i++) {
            PacketReader reader = new PacketReader(Integer.MAX_VALUE);
            assertRoundTrip(packets.connect(), writer, reader);
            assertRoundTrip(packets.fromClient(), writer, reader);
        }
    }

    @ParameterizedTest(name = "level {0}, seed {1}")
    @CsvSource({"3,1", "3,2", "4,3", "4,4", "5,5", "5,6", "5,7"})
    @Spec(v5 = {"MQTT-2.2.2-1"})
    void readsWhatServersWrite(int level, long seed) throws Malformed {
        RandomPackets packets = new RandomPackets(seed, level);
        PacketWriter writer = new PacketWriter(level, -1);
        PacketReader reader = PacketReader.forClient(level, Integer.MAX_VALUE);
        for (int i = 0; i < PACKETS; i++) {
            assertRoundTrip(packets.fromServer(), writer, reader);
        }
    }

    @ParameterizedTest(name = "level {0}, seed {1}")
    @CsvSource({"3,1", "4,2", "5,3", "5,4"})
    void writesTheSamePublishWithoutAPacket(int level, long seed) {
        RandomPackets packets = new RandomPackets(seed, level);
        PacketWriter writer = new PacketWriter(level, -1);
        for (int i = 0; i < PACKETS; i++) {
            Publish publish = packets.publish(level == 5 ? new int[] {i + 1, 128} : new int[0]);
            ByteBuf expected = Unpooled.buffer();
            writer.write(publish, expected);
            ByteBuf out = Unpooled.buffer();
            int written = writer.writePublish(
                    out,
                    publish.dup(),
                    publish.qos(),
                    publish.retain(),
                    publish.packetId(),
                    publicationOf(publish),
                    publish.topic(),
                    publish.topicAlias(),
                    publish.messageExpiry(),
                    publish.subscriptionIdentifiers());
            assertThat(written).isEqualTo(out.readableBytes());
            assertThat(out).isEqualTo(expected);
        }
    }

    @ParameterizedTest(name = "level {0}, seed {1}")
    @CsvSource({"3,1", "4,2", "5,3", "5,4", "5,5"})
    void readsTheSamePacketsHoweverTheirBytesArrive(int level, long seed) throws Malformed {
        RandomPackets packets = new RandomPackets(seed, level);
        SplittableRandom random = new SplittableRandom(seed);
        PacketWriter writer = PacketWriter.forClient(level, -1);
        List<Packet> sent = new ArrayList<>();
        ByteBuf stream = Unpooled.buffer();
        for (int i = 0; i < PACKETS; i++) {
            Packet packet = i == 0 ? packets.connect() : packets.fromClient();
            sent.add(packet);
            writer.write(packet, stream);
        }

        List<Packet> received = new ArrayList<>();
        PacketReader reader = new PacketReader(Integer.MAX_VALUE);
        ByteBuf in = Unpooled.buffer();
        while (stream.isReadable()) {
            int length = Math.min(stream.readableBytes(), 1 + random.nextInt(random.nextInt(4) == 0 ? 3_000 : 5));
            in.writeBytes(stream, length);
            for (Packet packet = reader.read(in); packet != null; packet = reader.read(in)) {
                received.add(packet);
            }
        }

        assertThat(in.isReadable()).isFalse();
        assertThat(received).usingRecursiveComparison().isEqualTo(sent);
    }

    private static void assertRoundTrip(Packet packet, PacketWriter writer, PacketReader reader) throws Malformed {
        ByteBuf out = Unpooled.buffer();
        assertThat(writer.write(packet, out)).isEqualTo(out.readableBytes());
        assertThat(reader.read(out)).usingRecursiveComparison().isEqualTo(packet);
        assertThat(out.isReadable()).isFalse();
    }

    private static PacketWriter writerFor(boolean fromClient, int level) {
        return fromClient ? PacketWriter.forClient(level, -1) : new PacketWriter(level, -1);
    }

    static Publication publicationOf(Publish publish) {
        return new Publication(
                1,
                new ClientId("p"),
                new Topic("unused"),
                publish.qos(),
                publish.retain(),
                publish.payload(),
                Publication.NEVER,
                new PublicationProperties(
                        publish.payloadFormat(),
                        publish.contentType(),
                        publish.responseTopic(),
                        publish.correlationData(),
                        publish.userProperties()));
    }
}
