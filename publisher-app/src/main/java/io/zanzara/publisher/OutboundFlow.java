package io.zanzara.publisher;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.mqtt.event.MqttConnectionFailedEvent;
import org.springframework.integration.mqtt.outbound.AbstractMqttMessageHandler;
import org.springframework.integration.mqtt.outbound.MqttPahoMessageHandler;
import org.springframework.integration.mqtt.outbound.Mqttv5PahoMessageHandler;

/**
 * From {@link Outbound} through the MQTT outbound adapter to the broker. The adapter doesn't wait for the
 * acknowledgement (async): {@link BrokerLink} hears of it from the client itself, also when it comes after a reconnect.
 */
@Configuration(proxyBeanMethods = false)
@EnableIntegration
class OutboundFlow {

    @Bean
    BrokerLink brokerLink(MqttProperties mqtt, Console console) {
        return mqtt.isVersion5() ? new Mqtt5Link(mqtt, console) : new Mqtt3Link(mqtt, console);
    }

    @Bean
    AbstractMqttMessageHandler<?, ?> mqttOutbound(BrokerLink link, MqttProperties mqtt) {
        AbstractMqttMessageHandler<?, ?> handler = link instanceof Mqtt5Link v5
                ? new Mqttv5PahoMessageHandler(v5)
                : new MqttPahoMessageHandler((Mqtt3Link) link);
        handler.setDefaultTopic(mqtt.topic());
        handler.setDefaultQos(mqtt.qos());
        handler.setAsync(true);
        return handler;
    }

    @Bean
    IntegrationFlow helloFlow(AbstractMqttMessageHandler<?, ?> mqttOutbound, BrokerLink link) {
        // The version 5 adapter takes its client when it starts, so it starts after the link, whose phase is 0.
        return IntegrationFlow.from(Outbound.class)
                .handle(mqttOutbound, endpoint -> endpoint.phase(1))
                .get();
    }

    @Bean
    ConnectFailures connectFailures(Console console) {
        return new ConnectFailures(console);
    }

    record ConnectFailures(Console console) {

        @EventListener
        void on(MqttConnectionFailedEvent event) {
            console.connectFailed(event.getCause());
        }
    }
}
