package io.zanzara.moquette.config;

import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import io.moquette.broker.config.ResourceLoaderConfig;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Properties;
import java.util.TreeSet;

/**
 * Finds out which keys a configuration has. {@link IConfig} answers about one key at a time only; both of Moquette's own classes keep theirs in
 * a field of one name. Of another class only the keys that Moquette knows can be found.
 */
final class GivenKeys {

    private static final String FIELD = "m_properties";

    private GivenKeys() {}

    static Collection<String> of(IConfig config) {
        Class<?> type = config instanceof ResourceLoaderConfig
                ? ResourceLoaderConfig.class
                : config instanceof MemoryConfig ? MemoryConfig.class : null;
        if (type != null) {
            try {
                Field field = type.getDeclaredField(FIELD);
                field.setAccessible(true);
                return new TreeSet<>(((Properties) field.get(config)).stringPropertyNames());
            } catch (ReflectiveOperationException | RuntimeException e) {
                // a security manager or module forbids it
            }
        }
        return Keys.unused().stream()
                .filter(key -> config.getProperty(key) != null)
                .toList();
    }
}
