package io.zanzara.service.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.zanzara.service.backup.BackupEndpoint.Answer;
import io.zanzara.service.engine.BrokerProperties;
import io.zanzara.store.Store;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.store.mongo.MongoStore;
import io.zanzara.store.rocksdb.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** What can't be backed up, and why. */
final class BackupEndpointTest {

    @TempDir
    Path folder;

    @Test
    void mongodbIsLeftToItsOwnTools() {
        try (MongoClient client = MongoClients.create("mongodb://localhost:1")) {
            MongoStore store = new MongoStore(client, "zanzara", "localhost:1");
            assertRefused(
                    store,
                    "backups",
                    409,
                    "Only the embedded store is backed up here; back MongoDB up with mongodump.");
        }
    }

    @Test
    void aStoreInMemoryHasNothingToBackUp() {
        assertRefused(
                new MemoryStore(),
                "backups",
                409,
                "The store is in memory and nothing of it is kept, so there is nothing to back up.");
    }

    @Test
    void thereAreNoBackupsUnlessAFolderForThemIsNamed() {
        assertRefused(
                new RocksStore(folder.resolve("data")),
                "",
                409,
                "zanzara.store.embedded.backup-directory is not set; name the folder for backups there.");
    }

    @Test
    void aBackupThatFailsSaysWhy() throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("file"), "in the way");
        try (RocksStore store = new RocksStore(folder.resolve("data"))) {
            store.open();
            assertRefused(store, inTheWay.toString(), 500, "The directory of the backup " + inTheWay);
        }
    }

    private static void assertRefused(Store store, String directory, int status, String beginning) {
        Map<String, String> settings = Map.of("zanzara.store.embedded.backup-directory", directory);
        BrokerProperties properties = new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("zanzara", BrokerProperties.class);
        WebEndpointResponse<Answer> answer = new BackupEndpoint(store, properties).backUp();
        assertThat(answer.getStatus()).isEqualTo(status);
        Answer body = Objects.requireNonNull(answer.getBody());
        assertThat(body.backup()).isEmpty();
        assertThat(body.problem()).startsWith(beginning).endsWith(".");
    }
}
