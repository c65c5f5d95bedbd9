package io.zanzara.publisher;

import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says in one sentence which setting stopped the start; named in META-INF/spring.factories. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class InvalidSettings implements SpringBootExceptionReporter {

    /** A setting whose value is well-formed but not allowed. */
    static final class InvalidSettingException extends RuntimeException {
        InvalidSettingException(String sentence) {
            super(sentence);
        }
    }

    static void require(boolean valid, String setting, Object value, String allowed) {
        if (!valid) {
            throw new InvalidSettingException(setting + " is '" + value + "', but must be " + allowed + ".");
        }
    }

    @Override
    public boolean reportException(Throwable failure) {
        String sentence = describe(failure);
        if (sentence == null) {
            return false;
        }
        System.err.println(sentence);
        return true;
    }

    static @Nullable String describe(Throwable failure) {
        String notConvertible = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidSettingException) {
                return cause.getMessage();
            }
            if (cause instanceof UnboundConfigurationPropertiesException unbound) {
                return unbound.getUnboundProperties().stream()
                        .map(property -> property.getName() + " is not a setting of publisher-app.")
                        .collect(Collectors.joining(" "));
            }
            if (cause instanceof BindException bind && bind.getProperty() != null) {
                notConvertible = notConvertible(
                        bind.getProperty(), bind.getTarget().getType().resolve(Object.class));
            }
        }
        return notConvertible;
    }

    private static String notConvertible(ConfigurationProperty property, Class<?> type) {
        String allowed;
        if (type == Duration.class) {
            allowed = "a duration such as 500ms, 1s or 2m";
        } else if (type == boolean.class) {
            allowed = "true or false";
        } else {
            allowed = "a whole number";
        }
        return property.getName() + " is '" + property.getValue() + "', but must be " + allowed + ".";
    }
}
