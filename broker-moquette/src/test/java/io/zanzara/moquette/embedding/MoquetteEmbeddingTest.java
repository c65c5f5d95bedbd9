package io.zanzara.moquette.embedding;

import io.moquette.broker.Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;

/** The programs on Moquette itself, with what its store needs on the class path. */
@Tag("moquette")
final class MoquetteEmbeddingTest implements EmbeddingContract {

    private final Embedding embedding = new Embedding(Server::new, true);

    @Override
    public Embedding under() {
        return embedding;
    }

    @AfterAll
    static void awaitStops() {
        Embedding.awaitStops();
    }
}
