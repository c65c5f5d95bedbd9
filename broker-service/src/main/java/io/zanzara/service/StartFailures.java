package io.zanzara.service;

import io.zanzara.BrokerStartException;
import io.zanzara.service.engine.InvalidSettingException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.tomcat.ConnectorStartFailedException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;
import org.springframework.util.unit.DataSize;

/** Says in one sentence what stopped the start, and what to do; named in META-INF/spring.factories. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartFailures implements SpringBootExceptionReporter {

    /** A hash that stands where a list belongs is still one. */
    private static final String MAY_HOLD_A_SECRET = "zanzara\\.authentication\\.(users|scram-sha-256)\\b.*";

    @Override
    public boolean reportException(Throwable failure) {
        String sentence = describe(failure);
        if (sentence == null) {
            return false;
        }
        System.err.println(sentence);
        return true;
    }

    /** Returns the sentence, or null for a failure that is not foreseen here. */
    static @Nullable String describe(Throwable failure) {
        String unreadable = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BrokerStartException || cause instanceof InvalidSettingException) {
                return cause.getMessage();
            }
            if (cause instanceof PortInUseException taken) {
                return managementPortTaken(taken.getPort());
            }
            if (cause instanceof ConnectorStartFailedException taken) {
                return managementPortTaken(taken.getPort());
            }
            if (cause instanceof InvalidConfigurationPropertyValueException invalid) {
                return invalid.getName() + " is '" + invalid.getValue() + "', which is not valid: "
                        + String.valueOf(invalid.getReason())
                                .replace("to type java.lang.Integer", "it to a whole number")
                        + ".";
            }
            if (isOfMongoUri(cause)) {
                return "spring.mongodb.uri is not valid: " + cause.getMessage() + ".";
            }
            if (cause instanceof UnboundConfigurationPropertiesException unknown) {
                return unknown.getUnboundProperties().stream()
                        .map(property -> property.getName() + " is not a setting of the broker")
                        .collect(Collectors.joining(", ", "", "."));
            }
            if (cause instanceof BindException bind && bind.getProperty() != null) {
                unreadable =
                        unreadable(bind.getProperty(), typeOf(bind.getTarget().getType()));
            }
        }
        return unreadable;
    }

    /** The driver has no type of its own for this. */
    private static boolean isOfMongoUri(Throwable cause) {
        return cause instanceof IllegalArgumentException
                && Arrays.stream(cause.getStackTrace())
                        .limit(4)
                        .anyMatch(frame -> frame.getClassName().equals("com.mongodb.ConnectionString"));
    }

    private static String managementPortTaken(int port) {
        return "Can't listen on port " + port + " for health and metrics: the port is in use or not allowed;"
                + " stop the other program or choose another management.server.port.";
    }

    /** Of a list, what its elements must be. */
    private static Class<?> typeOf(ResolvableType type) {
        Class<?> whole = type.resolve(Object.class);
        return Collection.class.isAssignableFrom(whole) ? type.getGeneric(0).resolve(Object.class) : whole;
    }

    private static String unreadable(ConfigurationProperty property, Class<?> type) {
        String name = property.getName().toString();
        Object shown = name.matches(MAY_HOLD_A_SECRET) ? "(hidden)" : property.getValue();
        return name + " is '" + shown + "' but must be " + allowed(type) + ".";
    }

    private static String allowed(Class<?> type) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant ->
                            constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        if (type == Duration.class) {
            return "a duration such as 10s, 5m or 1h";
        }
        if (type == DataSize.class) {
            return "a size such as 512KB or 1MB";
        }
        if (type == InetAddress.class) {
            return "an address of this machine";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            return "a whole number";
        }
        return "a " + type.getSimpleName();
    }
}
