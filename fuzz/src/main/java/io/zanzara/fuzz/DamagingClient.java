package io.zanzara.fuzz;

import io.zanzara.codec.Packet;
import io.zanzara.fuzz.Corpus.Seed;
import java.util.List;

/** The generator that knows nothing, over a connection: after a CONNECT, which may be damaged too, damaged packets among sound ones. */
final class DamagingClient implements FuzzClient {

    private static final int MOST_AT_ONCE = 30;
    private static final int MOST_PACKETS = 300;

    private final int level;
    private final Words words;
    private final PacketMaker maker;
    private final Mutator mutator;
    private final Corpus corpus;
    private final String clientId;
    private int left;
    private boolean begun;

    DamagingClient(int level, String clientId, Words words, Mutator mutator, Corpus corpus) {
        this.level = level;
        this.words = words;
        this.maker = new PacketMaker(level, words);
        this.mutator = mutator;
        this.corpus = corpus;
        this.clientId = clientId;
        this.left = 1 + words.below(MOST_PACKETS);
    }

    @Override
    public boolean sendMore(Out out) {
        if (!begun) {
            begun = true;
            if (!out.send(first())) {
                return true;
            }
        }
        for (int i = 1 + words.below(MOST_AT_ONCE); i > 0; i--) {
            if (left-- <= 0) {
                return false;
            }
            if (!out.send(words.oneIn(4) ? mutator.mutate(some(), some()) : some())) {
                return true;
            }
        }
        return true;
    }

    private byte[] first() {
        if (words.oneIn(8)) {
            return mutator.mutate(one(corpus.fromClient(0)), some());
        }
        byte[] connect = maker.connect(clientId, !words.oneIn(25));
        return words.oneIn(8) ? mutator.mutate(connect, some()) : connect;
    }

    private byte[] some() {
        return words.oneIn(10) ? one(corpus.fromClient(level)) : maker.any();
    }

    private byte[] one(List<Seed> seeds) {
        return seeds.get(words.below(seeds.size())).bytes();
    }

    @Override
    public void received(Packet packet, Out out) {
        if (words.oneIn(3)) {
            out.send(maker.any());
        }
    }
}
