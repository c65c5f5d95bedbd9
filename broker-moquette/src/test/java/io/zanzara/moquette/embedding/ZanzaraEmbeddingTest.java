package io.zanzara.moquette.embedding;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.moquette.server.ZanzaraServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs on ours, without what Moquette's store, pool and logging need. */
final class ZanzaraEmbeddingTest implements EmbeddingContract {

    private final Embedding embedding = new Embedding(ZanzaraServer::new, false);

    @Override
    public Embedding under() {
        return embedding;
    }

    @AfterAll
    static void awaitStops() {
        Embedding.awaitStops();
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.h2.mvstore.MVStore", "com.zaxxer.hikari.HikariDataSource", "org.apache.log4j.Logger"})
    void whatMoquettesStoreNeedsIsNotThere(String name) {
        assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
    }
}
