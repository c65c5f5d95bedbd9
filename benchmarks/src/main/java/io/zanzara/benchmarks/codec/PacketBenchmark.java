package io.zanzara.benchmarks.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.zanzara.codec.Malformed;
import io.zanzara.codec.Packet;
import io.zanzara.codec.PacketReader;
import io.zanzara.codec.PacketWriter;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.Topic;
import io.zanzara.store.QueueRecord;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Writes and reads a PUBLISH and a PUBACK, in each version. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PacketBenchmark {

    private static final int MAX_PACKET_BYTES = 1 << 20;
    private static final Publication PUBLICATION = new Publication(
            1L << 40,
            new ClientId("publisher"),
            new Topic("site/12/device/4711/temperature"),
            Qos.AT_LEAST_ONCE,
            false,
            new byte[128],
            Publication.NEVER,
            PublicationProperties.NONE);

    @Param({"4", "5"})
    private int protocolLevel;

    private final ByteBuf out = Unpooled.directBuffer(512);
    private final ByteBuf publish = Unpooled.directBuffer(512);
    private final ByteBuf puback = Unpooled.directBuffer(16);
    private PacketWriter writer = new PacketWriter(4, MAX_PACKET_BYTES);
    private PacketReader reader = PacketReader.forClient(4, MAX_PACKET_BYTES);

    @Setup(Level.Trial)
    public void encode() {
        writer = new PacketWriter(protocolLevel, MAX_PACKET_BYTES);
        reader = PacketReader.forClient(protocolLevel, MAX_PACKET_BYTES);
        writePublish(publish);
        writePuback(puback);
    }

    private int writePublish(ByteBuf to) {
        return writer.writePublish(
                to,
                false,
                PUBLICATION.qos(),
                false,
                7,
                PUBLICATION,
                PUBLICATION.topic().value(),
                0,
                -1,
                QueueRecord.NO_IDENTIFIERS);
    }

    private int writePuback(ByteBuf to) {
        return writer.write(Packet.Ack.of(Packet.AckType.PUBACK, 7), to);
    }

    @Benchmark
    public int encodePublish() {
        return writePublish(out.clear());
    }

    @Benchmark
    public int encodePuback() {
        return writePuback(out.clear());
    }

    @Benchmark
    public @Nullable Packet decodePublish() throws Malformed {
        return reader.read(publish.readerIndex(0));
    }

    @Benchmark
    public @Nullable Packet decodePuback() throws Malformed {
        return reader.read(puback.readerIndex(0));
    }
}
