package io.zanzara.conformance;

import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** An error within the broker ends the connection whose packet it hinders, and nothing else (3.1.1, section 4.8). */
final class InternalErrorTest {

    private final AtomicBoolean clockFails = new AtomicBoolean();

    private long now() {
        if (clockFails.compareAndSet(true, false)) {
            throw new IllegalStateException("a clock that stands still, for a test");
        }
        return System.currentTimeMillis();
    }

    @Test
    @Spec(v311 = "MQTT-4.8.0-2")
    void aPacketThatCannotBeHandledClosesItsConnection() throws IOException {
        try (TestBroker broker = new TestBroker(config -> config.withClock(this::now));
                RawClient bystander = broker.connect(4, Connect.clean("bystander"));
                RawClient unlucky = broker.connect(4, Connect.persistent("unlucky"))) {
            clockFails.set(true);
            unlucky.send(Packets.MQTT_3_1_1.subscribe(1, 1, "t"));
            // SUBACK may have left before the retained messages were looked for
            while (true) {
                try {
                    if (unlucky.read().type() != Packet.SUBACK) {
                        throw new AssertionError("expected SUBACK or the end of the connection");
                    }
                } catch (java.io.EOFException | java.net.SocketException e) {
                    break;
                }
            }
            bystander.send(Packets.MQTT_3_1_1.pingReq());
            bystander.expect(Packet.PINGRESP);
            try (RawClient back = broker.connect(4, Connect.persistent("unlucky"))) {
                back.subscribe(1, "t");
            }
        }
    }
}
