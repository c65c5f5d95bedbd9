package io.zanzara.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.BrokerStartException;
import io.zanzara.access.Listener;
import io.zanzara.event.BrokerEvent;
import io.zanzara.store.memory.MemoryStore;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A broker with several listeners starts, says where it listens, and stops all of them. */
class ListenersTest {

    private static final Listener FIRST = Listener.tcp("127.0.0.1", 0);
    private static final Listener SECOND = Listener.tcp("127.0.0.2", 0).withName("second");

    @Test
    void eachListenerServesAndIsTold() throws Exception {
        List<BrokerEvent> events = new ArrayList<>();
        try (Broker broker = Broker.start(BrokerConfig.of(new MemoryStore())
                .withListeners(List.of(FIRST, SECOND))
                .withEventListeners(List.of(events::add)))) {
            assertThat(broker.port()).isEqualTo(broker.port("tcp")).isNotEqualTo(broker.port("second"));
            assertThat(events.get(0))
                    .isEqualTo(new BrokerEvent.Ready(
                            List.of(
                                    new BrokerEvent.Listening("tcp", "127.0.0.1", broker.port(), "TCP"),
                                    new BrokerEvent.Listening("second", "127.0.0.2", broker.port("second"), "TCP")),
                            new MemoryStore().description()));
            assertThatThrownBy(() -> broker.port("third")).hasMessage("there is no listener third");
        }
    }

    @Test
    void anAddressThatIsTakenStopsTheStartAndFreesTheOthers() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            BrokerConfig config = BrokerConfig.of(new MemoryStore())
                    .withListeners(List.of(FIRST, SECOND.withHost("127.0.0.1").withPort(taken.getLocalPort())));
            assertThatThrownBy(() -> Broker.start(config))
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessage("Can't listen on 127.0.0.1:" + taken.getLocalPort()
                            + ": the port is in use or not allowed; stop the other program or choose another for the"
                            + " listener second.");
        }
    }
}
