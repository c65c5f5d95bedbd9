package io.zanzara.subscriber;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** The subscriber: no auto-configuration, since there is nothing here for it to find; that halves the time to start. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableConfigurationProperties(SubscriberProperties.class)
class SubscriberApplication {

    public static void main(String[] args) {
        SpringApplication.run(SubscriberApplication.class, args);
    }

    @Bean
    HelloSubscriber helloSubscriber(SubscriberProperties properties) {
        Console console = new Console(System.out, properties.address(), properties.clientId());
        Session session =
                properties.isVersion5() ? new Mqtt5Session(properties, console) : new Mqtt3Session(properties, console);
        return new HelloSubscriber(session, console);
    }
}
