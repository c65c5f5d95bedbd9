package io.zanzara.service.access;

import io.zanzara.access.Listener;
import io.zanzara.access.Listener.Transport;
import io.zanzara.access.Tls;
import io.zanzara.service.engine.BrokerProperties;
import io.zanzara.service.engine.InvalidSettingException;
import io.zanzara.service.engine.ListenerSettings;
import io.zanzara.service.engine.Listeners;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginTrackedResource;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;

/** Turns the settings of listeners into listeners. */
final class Places {

    private static final List<String> OF_THE_ONE = List.of("zanzara.mqtt.port", "zanzara.mqtt.host");

    private Places() {}

    /** Returns the listeners in the settings, or the one at {@code zanzara.mqtt.host}. */
    static Listeners of(BrokerProperties properties, Environment environment, SslBundles bundles) {
        List<ListenerSettings> settings = properties.listeners();
        if (settings.isEmpty()) {
            return new Listeners(List.of(
                    Listener.tcp(properties.mqtt().host(), properties.mqtt().port())));
        }
        OF_THE_ONE.forEach(name -> refuse(name, environment));
        List<Listener> listeners = new ArrayList<>();
        for (int i = 0; i < settings.size(); i++) {
            listeners.add(listener("zanzara.listeners[" + i + "].ssl-bundle", settings.get(i), bundles));
        }
        return new Listeners(List.copyOf(listeners));
    }

    /** Else somebody could believe that the broker listens there too. */
    private static void refuse(String name, Environment environment) {
        ConfigurationProperty given = given(name, environment);
        if (given != null) {
            throw new InvalidSettingException(
                    name, given.getValue(), "left out, because zanzara.listeners says where the broker listens");
        }
    }

    /** Returns the property if somebody has given it: not the default in the jar. */
    private static @Nullable ConfigurationProperty given(String name, Environment environment) {
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty property = source.getConfigurationProperty(ConfigurationPropertyName.of(name));
            if (property != null) {
                return isInJar(property) ? null : property;
            }
        }
        return null;
    }

    private static boolean isInJar(ConfigurationProperty property) {
        Origin origin = property.getOrigin() instanceof PropertySourceOrigin source ? source.getOrigin() : null;
        Resource resource = origin instanceof TextResourceOrigin text ? text.getResource() : null;
        Resource file = resource instanceof OriginTrackedResource tracked ? tracked.getResource() : resource;
        return file instanceof ClassPathResource;
    }

    private static Listener listener(String setting, ListenerSettings from, SslBundles bundles) {
        Tls tls = from.isSecure()
                ? new Tls(new Certificates(setting, from, bundles), from.userNameFromCertificate())
                : null;
        boolean webSocket = from.carrier() == Transport.WEBSOCKET;
        String path = webSocket && from.path().isEmpty() ? Listener.DEFAULT_PATH : from.path();
        return new Listener(
                from.name(), from.host(), from.portNumber(), from.carrier(), path, tls, from.maxConnections());
    }

    /** Whether only this machine gets there. An address that is not known will be refused when it is to be listened on. */
    static boolean isOnLoopback(Listener listener) {
        try {
            return Arrays.stream(InetAddress.getAllByName(listener.host())).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return true;
        }
    }
}
