package io.zanzara.fuzz;

import io.zanzara.fuzz.Corpus.Seed;
import io.zanzara.testclient.Bytes;
import java.util.List;
import java.util.SplittableRandom;

/** What the decoder alone is given: the bytes of connections, made up, damaged, or both. */
final class Streams {

    private static final int MOST_PACKETS = 12;

    private final SplittableRandom random;
    private final Words words;
    private final Mutator mutator;
    private final List<Seed> corpus;

    Streams(Corpus corpus, SplittableRandom random) {
        this.random = random;
        this.words = new Words(random);
        this.mutator = new Mutator(random);
        this.corpus = corpus.all();
    }

    Seed next() {
        return words.oneIn(2) ? madeUp() : damaged(corpus.get(random.nextInt(corpus.size())));
    }

    /** Valid packets of one connection, in half of the cases the last of them damaged. */
    private Seed madeUp() {
        int level = 3 + random.nextInt(3);
        PacketMaker maker = new PacketMaker(level, words);
        boolean first = words.oneIn(4);
        Bytes bytes = new Bytes();
        byte[] last = first ? maker.connect(words.text(), words.oneIn(2)) : maker.any();
        for (int i = random.nextInt(MOST_PACKETS); i > 0; i--) {
            bytes.raw(last);
            last = maker.any();
        }
        bytes.raw(words.oneIn(2) ? mutator.mutate(last, maker.any()) : last);
        return new Seed("made up", true, first ? 0 : level, bytes.toArray());
    }

    private Seed damaged(Seed seed) {
        byte[] other = corpus.get(random.nextInt(corpus.size())).bytes();
        return new Seed(seed.name(), seed.fromClient(), seed.level(), mutator.mutate(seed.bytes(), other));
    }
}
