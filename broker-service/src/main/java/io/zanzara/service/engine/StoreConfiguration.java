package io.zanzara.service.engine;

import com.mongodb.client.MongoClient;
import io.zanzara.store.Store;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.store.mongo.MongoStore;
import io.zanzara.store.rocksdb.RocksStore;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.data.mongodb.autoconfigure.DataMongoAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.data.mongodb.MongoDatabaseFactory;

/** The store that the settings choose. The broker opens and closes it. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "zanzara.store.type", havingValue = "memory")
    static class Memory {

        @Bean(destroyMethod = "")
        Store memoryStore() {
            return new MemoryStore();
        }
    }

    /** Only here is anything of MongoDB created: Boot's own configuration of it is left out everywhere else. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "zanzara.store.type", havingValue = "mongodb")
    @ImportAutoConfiguration({MongoAutoConfiguration.class, DataMongoAutoConfiguration.class})
    static class Mongo {

        private static final int SELECTION_TIMEOUT_SECONDS = 5;

        /** Comes before Boot's own, so that a timeout in the URI wins; the driver's thirty seconds are too long for a start. */
        @Bean
        @Order(-1)
        MongoClientSettingsBuilderCustomizer serverSelectionTimeout() {
            return builder -> builder.applyToClusterSettings(
                    cluster -> cluster.serverSelectionTimeout(SELECTION_TIMEOUT_SECONDS, TimeUnit.SECONDS));
        }

        @Bean(destroyMethod = "")
        Store mongoStore(MongoClient client, MongoDatabaseFactory databases) {
            return new MongoStore(client, databases.getMongoDatabase().getName());
        }
    }

    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    Store embeddedStore(BrokerProperties properties) {
        return new RocksStore(properties.store().embedded().path());
    }
}
