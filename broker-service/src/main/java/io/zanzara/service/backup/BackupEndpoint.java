package io.zanzara.service.backup;

import io.zanzara.service.engine.BrokerProperties;
import io.zanzara.store.Store;
import io.zanzara.store.StoreException;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.store.rocksdb.RocksStore;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.stereotype.Component;

/**
 * Backs the embedded store up: {@code POST /actuator/backup}. Where to is a setting and never part of a request, and without the setting there
 * are no backups: whoever reaches the management port could otherwise fill a disk.
 */
@Component
@Endpoint(id = "backup")
final class BackupEndpoint {

    private static final String SETTING = "zanzara.store.embedded.backup-directory";
    private static final int NOT_AS_CONFIGURED = 409;
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("'zanzara-'yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Store store;
    private final String directory;

    BackupEndpoint(Store store, BrokerProperties properties) {
        this.store = store;
        this.directory = properties.store().embedded().backupDirectory();
    }

    /**
     * What the endpoint answers.
     *
     * @param backup the new directory, or empty
     * @param problem why there is none, in a sentence, or empty
     */
    record Answer(String backup, String problem) {}

    @WriteOperation
    synchronized WebEndpointResponse<Answer> backUp() {
        if (!(store instanceof RocksStore embedded)) {
            return refused(
                    store instanceof MemoryStore
                            ? "The store is in memory and nothing of it is kept, so there is nothing to back up."
                            : "Only the embedded store is backed up here; back MongoDB up with mongodump.");
        }
        if (directory.isBlank()) {
            return refused(SETTING + " is not set; name the folder for backups there.");
        }
        Path backup = Path.of(directory)
                .resolve(NAME.format(Instant.now()))
                .toAbsolutePath()
                .normalize();
        try {
            embedded.backUp(backup);
        } catch (StoreException failure) {
            return new WebEndpointResponse<>(
                    new Answer("", String.valueOf(failure.getMessage())),
                    WebEndpointResponse.STATUS_INTERNAL_SERVER_ERROR);
        }
        return new WebEndpointResponse<>(new Answer(backup.toString(), ""));
    }

    private static WebEndpointResponse<Answer> refused(String sentence) {
        return new WebEndpointResponse<>(new Answer("", sentence), NOT_AS_CONFIGURED);
    }
}
