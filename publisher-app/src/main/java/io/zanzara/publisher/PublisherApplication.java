package io.zanzara.publisher;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The publisher: no auto-configuration, since there is nothing here for it to find; that halves the time to start. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableConfigurationProperties({MqttProperties.class, PublisherProperties.class})
@Import(OutboundFlow.class)
class PublisherApplication {

    public static void main(String[] args) {
        System.exit(SpringApplication.exit(SpringApplication.run(PublisherApplication.class, args)));
    }

    @Bean
    Console console(MqttProperties mqtt) {
        return new Console(System.out, mqtt.address(), mqtt.clientId());
    }

    @Bean
    Delivery delivery(BrokerLink link, Outbound outbound, Console console) {
        Delivery delivery = new Delivery(link, outbound, console);
        link.reportTo(delivery);
        return delivery;
    }

    @Bean
    HelloPublisher helloPublisher(PublisherProperties properties, Delivery delivery, Console console) {
        return new HelloPublisher(properties, delivery, console);
    }
}
