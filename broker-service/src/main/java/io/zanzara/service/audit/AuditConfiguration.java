package io.zanzara.service.audit;

import io.zanzara.service.engine.BrokerProperties;
import io.zanzara.service.engine.QueuedListener;
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
    private static final int MESSAGE_LINES_PER_SECOND = 1_000;

    @Bean
    MessageRate eventLog(BrokerProperties properties) {
        EventLog log = new EventLog(properties.events().payload(), EVENTS::info);
        QueuedListener queue = new QueuedListener("zanzara-event-log", log, log::leftOut);
        return new MessageRate(queue, MESSAGE_LINES_PER_SECOND, System::nanoTime);
    }
}
