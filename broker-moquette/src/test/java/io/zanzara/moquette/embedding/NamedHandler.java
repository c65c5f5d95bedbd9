package io.zanzara.moquette.embedding;

import io.moquette.broker.Server;
import io.moquette.interception.AbstractInterceptHandler;
import io.moquette.interception.messages.InterceptConnectMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A handler that the server makes itself, from its name in the configuration. */
public final class NamedHandler extends AbstractInterceptHandler {

    static final List<String> LINES = new CopyOnWriteArrayList<>();

    private final Server server;

    /**
     * @param server the one that makes it
     */
    public NamedHandler(Server server) {
        this.server = server;
    }

    @Override
    public String getID() {
        return "named";
    }

    @Override
    public void onConnect(InterceptConnectMessage msg) {
        LINES.add(System.identityHashCode(server) + " " + msg.getClientID());
    }

    @Override
    public void onSessionLoopError(Throwable error) {}
}
