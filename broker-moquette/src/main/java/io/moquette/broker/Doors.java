package io.moquette.broker;

import io.moquette.broker.config.IConfig;

/** Makes what Moquette lets only its own package make; nothing else belongs here. */
public final class Doors {

    private Doors() {}

    /** Returns the descriptor of a connected client. */
    public static ClientDescriptor client(String clientId, String address, int port) {
        return new ClientDescriptor(clientId, address, port);
    }

    /** Returns what makes the TLS context from the keystore that the configuration names. */
    public static ISslContextCreator sslContextCreator(IConfig config) {
        return new DefaultMoquetteSslContextCreator(config);
    }
}
