package io.zanzara.service.engine;

import com.mongodb.client.MongoClient;
import io.zanzara.store.Store;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.store.mongo.MongoStore;
import io.zanzara.store.rocksdb.RocksStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.boot.mongodb.autoconfigure.MongoConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.annotation.Order;
import org.springframework.data.mongodb.core.MongoTemplate;

/** The store that the settings choose. The broker opens and closes it. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    /** Only here is anything created that connects to MongoDB. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "zanzara.store.type", havingValue = "mongodb")
    @ImportAutoConfiguration(MongoAutoConfiguration.class)
    static class Mongo {

        /** Comes before Boot's own, so that what the URI says wins; the driver's thirty seconds are too long for a start and for an outage. */
        @Bean
        @Order(-1)
        MongoClientSettingsBuilderCustomizer timeouts() {
            return builder -> builder.applyToClusterSettings(
                            cluster -> cluster.serverSelectionTimeout(5, TimeUnit.SECONDS))
                    .applyToSocketSettings(
                            socket -> socket.connectTimeout(5, TimeUnit.SECONDS).readTimeout(10, TimeUnit.SECONDS));
        }

        /** For beans that look into the collections; the broker itself does without. */
        @Bean
        @Lazy
        MongoTemplate mongoTemplate(MongoClient client, MongoConnectionDetails details) {
            return new MongoTemplate(client, database(details));
        }
    }

    @Bean(destroyMethod = "")
    Store brokerStore(
            BrokerProperties properties,
            ObjectProvider<MongoClient> mongo,
            ObjectProvider<MongoConnectionDetails> details) {
        return switch (properties.store().type()) {
            case EMBEDDED -> new RocksStore(properties.store().embedded().path());
            case MONGODB -> mongoStore(mongo.getObject(), details.getObject());
            case MEMORY -> new MemoryStore();
        };
    }

    private static Store mongoStore(MongoClient client, MongoConnectionDetails details) {
        List<String> hosts = details.getConnectionString().getHosts();
        return new MongoStore(client, database(details), String.join(",", hosts));
    }

    /** The database that the URI names, or the broker's own. */
    private static String database(MongoConnectionDetails details) {
        String named = details.getConnectionString().getDatabase();
        return named == null ? MongoStore.DEFAULT_DATABASE : named;
    }
}
