package io.zanzara.service.engine;

import io.zanzara.store.Store;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.store.rocksdb.RocksStore;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The store that the settings choose, where it needs no server. The broker opens and closes it. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean(destroyMethod = "")
    @ConditionalOnProperty(name = "zanzara.store.type", havingValue = "embedded", matchIfMissing = true)
    Store embeddedStore(BrokerProperties properties) {
        return new RocksStore(properties.store().embedded().path());
    }

    @Bean(destroyMethod = "")
    @ConditionalOnProperty(name = "zanzara.store.type", havingValue = "memory")
    Store memoryStore() {
        return new MemoryStore();
    }
}
