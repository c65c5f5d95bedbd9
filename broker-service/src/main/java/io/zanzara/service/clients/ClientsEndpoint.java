package io.zanzara.service.clients;

import io.zanzara.Broker;
import io.zanzara.ClientInfo;
import io.zanzara.service.engine.BrokerLifecycle;
import java.util.Comparator;
import java.util.List;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.stereotype.Component;

/** Lists who is connected, read-only: {@code /actuator/clients}. */
@Component
@Endpoint(id = "clients")
final class ClientsEndpoint {

    private static final int MOST_SHOWN = 1_000;

    private final BrokerLifecycle lifecycle;

    ClientsEndpoint(BrokerLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    /**
     * What the endpoint answers.
     *
     * @param connected how many clients are connected
     * @param sessions how many sessions there are, with or without a connection
     * @param clients the first thousand that are connected, by identifier
     */
    record Clients(long connected, long sessions, List<ClientInfo> clients) {}

    @ReadOperation
    Clients clients() {
        List<ClientInfo> all = lifecycle.broker().map(Broker::clients).orElse(List.of());
        List<ClientInfo> shown = all.stream()
                .sorted(Comparator.comparing(ClientInfo::clientId))
                .limit(MOST_SHOWN)
                .toList();
        return new Clients(all.size(), lifecycle.counters().sessions.sum(), shown);
    }
}
