package io.zanzara.service;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.data.mongodb.autoconfigure.DataMongoAutoConfiguration;
import org.springframework.boot.data.mongodb.autoconfigure.DataMongoRepositoriesAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.health.MongoHealthContributorAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.metrics.MongoMetricsAutoConfiguration;

/**
 * The broker with its settings, health, metrics and event log, in one process. What Boot does by itself where it finds MongoDB's driver is left
 * out: only the choice of that store connects to a server.
 */
@SpringBootApplication(
        proxyBeanMethods = false,
        exclude = {
            MongoAutoConfiguration.class,
            MongoHealthContributorAutoConfiguration.class,
            MongoMetricsAutoConfiguration.class,
            DataMongoAutoConfiguration.class,
            DataMongoRepositoriesAutoConfiguration.class
        })
class BrokerApplication {

    private BrokerApplication() {}

    public static void main(String[] args) {
        try {
            SpringApplication.run(BrokerApplication.class, args);
        } catch (RuntimeException reported) { // by StartFailures, or by Boot
            System.exit(1);
        }
    }
}
