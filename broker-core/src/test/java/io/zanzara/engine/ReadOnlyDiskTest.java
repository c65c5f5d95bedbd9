package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.BrokerStartException;
import io.zanzara.store.rocksdb.RocksStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose store lies where nothing can be written does not start, and says so. Needs a file system of the test's own. */
class ReadOnlyDiskTest {

    @TempDir
    Path parent;

    @TestFactory
    List<DynamicTest> stores() throws IOException {
        if (!FillableDisk.SmallFileSystem.isPossible()) {
            return List.of();
        }
        return List.of(
                DynamicTest.dynamicTest(
                        "a new store",
                        () -> onADisk(disk -> {
                            disk.makeReadOnly();
                            assertRefused(disk.folder().resolve("store"), "cannot be created");
                        })),
                DynamicTest.dynamicTest(
                        "a store that was there before",
                        () -> onADisk(disk -> {
                            Path store = disk.folder().resolve("store");
                            Broker.start(config(store)).close();
                            disk.makeReadOnly();
                            assertRefused(store, "is not writable");
                        })));
    }

    @FunctionalInterface
    private interface Scenario {
        void on(FillableDisk.SmallFileSystem disk) throws IOException;
    }

    private void onADisk(Scenario scenario) throws IOException {
        try (FillableDisk.SmallFileSystem disk = FillableDisk.SmallFileSystem.mount(parent)) {
            scenario.on(disk);
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
