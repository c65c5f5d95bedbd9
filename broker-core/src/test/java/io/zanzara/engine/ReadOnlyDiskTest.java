package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.BrokerStartException;
import io.zanzara.store.rocksdb.RocksStore;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose store lies where nothing can be written does not start, and says so. */
class ReadOnlyDiskTest {

    @TempDir
    Path parent;

    @Test
    void aNewStore() throws IOException {
        try (FillableDisk.SmallFileSystem disk = FillableDisk.SmallFileSystem.mount(parent)) {
            disk.makeReadOnly();
            assertRefused(disk.folder().resolve("store"), "cannot be created");
        }
    }

    @Test
    void aStoreThatWasThereBefore() throws IOException {
        try (FillableDisk.SmallFileSystem disk = FillableDisk.SmallFileSystem.mount(parent)) {
            Path store = disk.folder().resolve("store");
            Broker.start(config(store)).close();
            disk.makeReadOnly();
            assertRefused(store, "is not writable");
        }
    }

    private static void assertRefused(Path store, String words) {
        assertThatThrownBy(() -> Broker.start(config(store)))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining(store.toString())
                .hasMessageContaining(words)
                .hasMessageContaining("choose another zanzara.store.embedded.path")
                .hasMessageEndingWith(".");
    }

    private static BrokerConfig config(Path store) {
        return BrokerConfig.of(new RocksStore(store)).withPort(0);
    }
}
