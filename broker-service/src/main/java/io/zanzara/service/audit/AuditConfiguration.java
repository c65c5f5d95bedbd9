package io.zanzara.service.audit;

import io.zanzara.service.engine.BrokerProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Logs events, unless {@code zanzara.events.log} is off. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "zanzara.events.log", matchIfMissing = true)
class AuditConfiguration {

    private static final Logger EVENTS = LoggerFactory.getLogger("zanzara.events");

    @Bean
    LineRate eventLog(BrokerProperties properties) {
        return new LineRate(new EventLog(properties.events().payload(), EVENTS::info), System::nanoTime);
    }
}
