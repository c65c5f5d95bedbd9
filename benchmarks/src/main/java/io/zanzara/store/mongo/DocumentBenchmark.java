package io.zanzara.store.mongo;

import io.zanzara.benchmarks.store.RecordBenchmark;
import io.zanzara.message.ClientId;
import io.zanzara.store.StoreOperation.Append;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Writes and reads a queue's document as MongoDB has it. In this package, because the codecs are nobody else's. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DocumentBenchmark {

    private static final EncoderContext ENCODING = EncoderContext.builder().build();
    private static final DecoderContext DECODING = DecoderContext.builder().build();
    private static final Append APPEND = new Append(new ClientId("subscriber"), RecordBenchmark.RECORD);

    private final FieldsCodec<Append> codec = Codecs.PACKETS.stamping(1);
    private final BasicOutputBuffer out = new BasicOutputBuffer(1 << 10);
    private final byte[] bytes = bytes();

    private byte[] bytes() {
        encode();
        return out.toByteArray();
    }

    @Benchmark
    public int encode() {
        out.truncateToPosition(0);
        try (BsonBinaryWriter writer = new BsonBinaryWriter(out)) {
            codec.encode(writer, APPEND, ENCODING);
        }
        return out.getPosition();
    }

    @Benchmark
    public Append decode() {
        try (BsonBinaryReader reader = new BsonBinaryReader(ByteBuffer.wrap(bytes))) {
            return codec.decode(reader, DECODING);
        }
    }
}
