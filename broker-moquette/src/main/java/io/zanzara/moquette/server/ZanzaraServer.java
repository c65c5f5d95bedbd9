package io.zanzara.moquette.server;

import io.moquette.broker.ClientDescriptor;
import io.moquette.broker.Doors;
import io.moquette.broker.ISslContextCreator;
import io.moquette.broker.RoutingResults;
import io.moquette.broker.Server;
import io.moquette.broker.config.FileResourceLoader;
import io.moquette.broker.config.FluentConfig;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import io.moquette.broker.config.ResourceLoaderConfig;
import io.moquette.broker.security.IAuthenticator;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.interception.InterceptHandler;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.BrokerStartException;
import io.zanzara.ClientInfo;
import io.zanzara.access.Listener;
import io.zanzara.moquette.config.ConfigFile;
import java.io.File;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Moquette's {@link Server} with Zanzara's engine behind it: code that embeds Moquette changes the constructor, and nothing else. What it is
 * given and asked is what Moquette 0.18.3 is; see {@code docs/moquette.md} for what differs. It may be started again after it was stopped. Any
 * thread.
 */
public final class ZanzaraServer extends Server {

    private final Object starting = new Object();
    private volatile @Nullable Running running;
    private volatile int @Nullable [] ports;

    /** Starts a server with {@code config/moquette.conf}, in the folder that the system property {@code moquette.path} names. */
    public static void main(String[] arguments) throws IOException {
        ZanzaraServer server = new ZanzaraServer();
        server.startServer();
        System.out.println("Server started, version " + MOQUETTE_VERSION + ", on Zanzara");
        Runtime.getRuntime().addShutdownHook(new Thread(server::stopServer, "zanzara-shutdown"));
    }

    // ---- start

    @Override
    public void startServer() throws IOException {
        startServer(new File(System.getProperty("moquette.path", null), IConfig.DEFAULT_CONFIG));
    }

    /** @throws IOException also if a line of the file is wrong, where Moquette would go on with its defaults */
    @Override
    public void startServer(File configFile) throws IOException {
        ConfigFile.check(configFile);
        startServer(new ResourceLoaderConfig(new FileResourceLoader(configFile)));
    }

    @Override
    public void startServer(Properties configProps) throws IOException {
        startServer(new MemoryConfig(configProps));
    }

    @Override
    public void startServer(IConfig config) throws IOException {
        startServer(config, null);
    }

    @Override
    public void startServer(IConfig config, @Nullable List<? extends InterceptHandler> handlers) throws IOException {
        startServer(config, handlers, null, null, null);
    }

    /**
     * Starts with a Moquette configuration; what is null comes from it.
     *
     * @throws IOException if a file that it names can't be read
     * @throws IllegalArgumentException if a value is wrong
     * @throws BrokerStartException if the store can't be opened or a port not be listened on
     * @throws IllegalStateException if the server runs already
     */
    @Override
    public void startServer(
            IConfig config,
            @Nullable List<? extends InterceptHandler> handlers,
            @Nullable ISslContextCreator sslContextCreator,
            @Nullable IAuthenticator authenticator,
            @Nullable IAuthorizatorPolicy authorizatorPolicy)
            throws IOException {
        Assembly assembly = new Assembly(this, handlers == null ? List.of() : handlers);
        start(assembly, assembly.read(config, sslContextCreator, authenticator, authorizatorPolicy));
    }

    /**
     * Starts with a configuration of the engine's, so with any store, and Moquette's extension points beside it.
     *
     * @param sslContextCreator makes the engines of the listeners that speak TLS, instead of those that {@code config} has; or null
     * @param authenticator asked instead of the configuration's about clients that give a user name, while those that give none are refused; or null
     * @param authorizatorPolicy asked instead of the configuration's authorizer; or null
     * @throws BrokerStartException if the store can't be opened or a port not be listened on
     * @throws IllegalStateException if the server runs already
     */
    public void startServer(
            BrokerConfig config,
            List<? extends InterceptHandler> handlers,
            @Nullable ISslContextCreator sslContextCreator,
            @Nullable IAuthenticator authenticator,
            @Nullable IAuthorizatorPolicy authorizatorPolicy) {
        Assembly assembly = new Assembly(this, handlers);
        start(assembly, assembly.extend(config, sslContextCreator, authenticator, authorizatorPolicy));
    }

    private void start(Assembly assembly, BrokerConfig config) {
        synchronized (starting) {
            if (running != null) {
                assembly.close();
                throw new IllegalStateException("the server is started already");
            }
            Running started = assembly.start(config);
            ports = new int[] {port(started.broker, config, false), port(started.broker, config, true)};
            running = started;
        }
    }

    private static int port(Broker broker, BrokerConfig config, boolean tls) {
        return config.listeners().stream()
                .filter(each -> each.transport() == Listener.Transport.TCP && (each.tls() != null) == tls)
                .findFirst()
                .map(each -> broker.port(each.name()))
                .orElse(0);
    }

    @Override
    public FluentConfig withConfig() {
        return new FluentConfig(this);
    }

    // ---- stop

    /** Stops, if it runs: clients are told, what was accepted becomes durable, interceptors hear of what happened. */
    @Override
    public void stopServer() {
        synchronized (starting) {
            Running stopping = running;
            running = null;
            if (stopping != null) {
                stopping.close();
            }
        }
    }

    // ---- while it runs

    /** Returns the engine, for what Moquette's interface does not have: counters, health, whether the store answers. */
    public Broker broker() {
        return running("There is no broker while the server is not started").broker;
    }

    /** Returns how many callbacks interceptors have missed, since the start, because they did not keep up. */
    public long missedInterceptions() {
        return running("Nothing is intercepted while the server is not started")
                .interceptors
                .leftOut();
    }

    private Running running(String otherwise) {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException(otherwise);
        }
        return now;
    }

    /** Returns the port of the first listener that speaks plain TCP, 0 if there is none; after a stop, what it was. */
    @Override
    public int getPort() {
        return ports()[0];
    }

    /** Returns the port of the first listener that speaks TLS, 0 if there is none; after a stop, what it was. */
    @Override
    public int getSslPort() {
        return ports()[1];
    }

    private int[] ports() {
        int[] known = ports;
        if (known == null) {
            throw new NullPointerException("the server has not been started"); // as in Moquette
        }
        return known;
    }

    /**
     * Publishes in the broker's own name: nobody is asked whether it is allowed, and interceptors are not told.
     *
     * @param msg released here
     * @param clientId means nothing, as in Moquette
     * @return its future completes when the message is safe with every session that is to get it
     * @throws IllegalStateException before the start and after the stop
     */
    @Override
    public RoutingResults internalPublish(MqttPublishMessage msg, @Nullable String clientId) {
        Running now = running("Can't publish on a integration is not yet started");
        try {
            return Publishing.publish(now.broker, msg);
        } finally {
            msg.release();
        }
    }

    @Override
    public void addInterceptHandler(InterceptHandler interceptHandler) {
        running("Can't register interceptors on a integration that is not yet started")
                .interceptors
                .add(interceptHandler);
    }

    /** What waits for the handler is still told to it. */
    @Override
    public void removeInterceptHandler(InterceptHandler interceptHandler) {
        running("Can't deregister interceptors from a integration that is not yet started")
                .interceptors
                .remove(interceptHandler);
    }

    @Override
    public Collection<ClientDescriptor> listConnectedClients() {
        return running("Can't get clients list from a Server that is not yet started").broker.clients().stream()
                .map(ZanzaraServer::descriptor)
                .toList();
    }

    private static ClientDescriptor descriptor(ClientInfo client) {
        String address = client.address();
        int colon = address.lastIndexOf(':');
        return colon < 0
                ? Doors.client(client.clientId(), address, 0)
                : Doors.client(
                        client.clientId(), address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    /** Ends the client's connection, soon; its session stays. Returns false if there is no such session. */
    @Override
    public boolean disconnectClient(@Nullable String clientId) {
        ports();
        Running now = running;
        return clientId != null && now != null && now.broker.disconnect(clientId);
    }

    /** Ends the client's connection and its session, soon. Returns false if there is no such session. */
    @Override
    public boolean disconnectAndPurgeClientState(@Nullable String clientId) {
        ports();
        Running now = running;
        return clientId != null && now != null && now.broker.endSession(clientId);
    }
}
