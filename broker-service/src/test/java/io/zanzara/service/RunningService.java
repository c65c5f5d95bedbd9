package io.zanzara.service;

import io.zanzara.service.engine.BrokerLifecycle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole application in this process, on a store in memory and on ports that are free. */
final class RunningService implements AutoCloseable {

    private final ConfigurableApplicationContext context;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private RunningService(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static RunningService start(String... options) {
        return start(new Class<?>[0], options);
    }

    /** @param beans classes of an application that takes part */
    static RunningService start(Class<?>[] beans, String... options) {
        List<Class<?>> sources = new ArrayList<>(List.of(beans));
        sources.add(BrokerApplication.class);
        SpringApplication application = new SpringApplication(sources.toArray(Class<?>[]::new));
        application.setRegisterShutdownHook(false);
        List<String> arguments = new ArrayList<>(List.of("--management.server.port=0"));
        if (List.of(options).stream().noneMatch(option -> option.startsWith("--zanzara.listeners"))) {
            arguments.add("--zanzara.mqtt.port=0");
        }
        if (List.of(options).stream().noneMatch(option -> option.startsWith("--zanzara.store."))) {
            arguments.add("--zanzara.store.type=memory");
        }
        for (String option : options) {
            String name = option.substring(0, option.indexOf('=') + 1);
            arguments.removeIf(argument -> argument.startsWith(name));
            arguments.add(option);
        }
        return new RunningService(application.run(arguments.toArray(String[]::new)));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    boolean has(Class<?> type) {
        return context.getBeanNamesForType(type).length > 0;
    }

    int mqttPort() {
        return bean(BrokerLifecycle.class).broker().orElseThrow().port();
    }

    int mqttPort(String listener) {
        return bean(BrokerLifecycle.class).broker().orElseThrow().port(listener);
    }

    String mqttUri() {
        return "tcp://localhost:" + mqttPort();
    }

    int httpPort() {
        return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.management.port"));
    }

    HttpResponse<String> get(String path) {
        return answer(request(path).GET());
    }

    /** Posts without a body. */
    HttpResponse<String> post(String path) {
        return answer(request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort() + "/actuator/" + path))
                .timeout(Duration.ofSeconds(10));
    }

    private HttpResponse<String> answer(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
