package io.zanzara.service.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.zanzara.service.backup.BackupEndpoint.Answer;
import io.zanzara.service.engine.BrokerProperties;
import io.zanzara.store.mongo.MongoStore;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class BackupEndpointTest {

    @Test
    void mongodbIsLeftToItsOwnTools() {
        Map<String, String> settings = Map.of("zanzara.store.embedded.backup-directory", "./backups");
        BrokerProperties properties = new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("zanzara", BrokerProperties.class);
        try (MongoClient client = MongoClients.create("mongodb://localhost:1")) {
            MongoStore store = new MongoStore(client, "zanzara", "localhost:1");
            WebEndpointResponse<Answer> answer = new BackupEndpoint(store, properties).backUp();
            assertThat(answer.getStatus()).isEqualTo(409);
            assertThat(answer.getBody())
                    .isEqualTo(new Answer(
                            "", "Only the embedded store is backed up here; back MongoDB up with mongodump."));
        }
    }
}
