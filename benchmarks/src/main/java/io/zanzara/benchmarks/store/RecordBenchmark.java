package io.zanzara.benchmarks.store;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.Topic;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.record.RecordCodec;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Writes and reads a queue's record as the embedded store has it. For that of MongoDB see {@code io.zanzara.store.mongo.DocumentBenchmark}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RecordBenchmark {

    /** A message of 128 bytes at QoS 1. */
    public static final QueueRecord RECORD = new QueueRecord(
            1L << 40,
            new Publication(
                    1L << 40,
                    new ClientId("publisher"),
                    new Topic("site/12/device/4711/temperature"),
                    Qos.AT_LEAST_ONCE,
                    false,
                    new byte[128],
                    Publication.NEVER,
                    PublicationProperties.NONE),
            Qos.AT_LEAST_ONCE,
            false,
            QueueRecord.NO_IDENTIFIERS);

    private final byte[] bytes = RecordCodec.encode(RECORD);

    @Benchmark
    public byte[] encode() {
        return RecordCodec.encode(RECORD);
    }

    @Benchmark
    public QueueRecord decode() {
        return RecordCodec.queueRecord(RECORD.sequence(), bytes);
    }
}
