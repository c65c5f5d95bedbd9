package io.zanzara.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Netty's codec and this one understand each other: what ours writes, theirs reads the same, and the other way round. */
final class NettyDifferentialTest {

    private static final int PACKETS = 120;
    private static final int MAX_PACKET_BYTES = 1_000_000;

    @ParameterizedTest(name = "level {0}, seed {1}")
    @CsvSource({"3,11", "4,12", "5,13", "5,14"})
    void agreesOnPacketsOfClients(int level, long seed) throws Malformed {
        RandomPackets packets = new RandomPackets(seed, level);
        PacketWriter writer = PacketWriter.forClient(level, -1);
        for (int i = 0; i < PACKETS; i++) {
            EmbeddedChannel netty = newChannel();
            PacketReader reader = new PacketReader(MAX_PACKET_BYTES);
            assertAgrees(packets.connect(), writer, reader, netty);
            assertAgrees(packets.fromClient(), writer, reader, netty);
            netty.finishAndReleaseAll();
        }
    }

    @ParameterizedTest(name = "level {0}, seed {1}")
    @CsvSource({"3,15", "4,16", "5,17", "5,18"})
    void agreesOnPacketsOfServers(int level, long seed) throws Malformed {
        RandomPackets packets = new RandomPackets(seed, level);
        EmbeddedChannel netty = newChannel();
        netty.writeInbound(Unpooled.wrappedBuffer(PacketCases.connect(level))); // tells it the level
        netty.readInbound();
        PacketWriter writer = new PacketWriter(level, -1);
        PacketReader reader = PacketReader.forClient(level, MAX_PACKET_BYTES);
        for (int i = 0; i < PACKETS; i++) {
            assertAgrees(packets.fromServer(), writer, reader, netty);
        }
        netty.finishAndReleaseAll();
    }

    private static void assertAgrees(Packet packet, PacketWriter writer, PacketReader reader, EmbeddedChannel netty)
            throws Malformed {
        ByteBuf ours = Unpooled.buffer();
        writer.write(packet, ours);

        netty.writeInbound(ours);
        MqttMessage message = netty.readInbound();
        assertThat(message.decoderResult().cause()).as(packet.toString()).isNull();
        assertThat(NettyPackets.of(message)).usingRecursiveComparison().isEqualTo(packet);

        netty.writeOutbound(message);
        ByteBuf theirs = Unpooled.buffer();
        for (ByteBuf part = netty.readOutbound(); part != null; part = netty.readOutbound()) {
            theirs.writeBytes(part);
            part.release();
        }
        assertThat(reader.read(theirs)).usingRecursiveComparison().isEqualTo(packet);
        assertThat(theirs.isReadable()).isFalse();
    }

    private static EmbeddedChannel newChannel() {
        return new EmbeddedChannel(new MqttDecoder(MAX_PACKET_BYTES, 65_535), MqttEncoder.INSTANCE);
    }
}
