package io.zanzara.fuzz;

import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import io.zanzara.fuzz.Corpus.Seed;
import io.zanzara.fuzz.Findings.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Gives the decoder alone so many packets. */
final class DecoderRun {

    static final int MAX_PACKET_BYTES = 1 << 20;
    private static final int MOST_KEPT = 20;

    private final Findings findings;
    private final Outcomes outcomes = new Outcomes();
    private final DecoderTarget target;
    private final List<String> lines = new ArrayList<>();

    DecoderRun(Decoder.Maker decoders, Findings findings) {
        this.findings = findings;
        this.target = new DecoderTarget(decoders, findings, outcomes);
    }

    /** The broker's decoder. */
    static DecoderRun own(Findings findings) {
        return new DecoderRun((server, level) -> Decoder.own(server, level, MAX_PACKET_BYTES), findings);
    }

    /** Goes on until the decoder has read or refused so many packets; says how it went. */
    void run(long packets, SplittableRandom random, Consumer<String> say) {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((type, trace) -> findings.add(Kind.LEAK, type + " " + trace));
        Streams streams = new Streams(Corpus.load(), random);
        long start = System.nanoTime();
        while (target.packets() < packets) {
            accept(streams.next());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        say.accept("decoder: %,d packets, %,.0f a second; %s".formatted(target.packets(), packets / seconds, outcomes));
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    void accept(Seed stream) {
        if (!target.accept(stream) && lines.size() < MOST_KEPT) {
            lines.add(Journal.decoderLine(stream.fromClient(), stream.level(), stream.bytes()));
        }
    }

    /** What was found, as lines of a file that can be replayed. */
    List<String> lines() {
        return lines;
    }
}
