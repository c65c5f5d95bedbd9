package io.zanzara.soak;

import io.zanzara.soak.Gate.Life;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a broker for the retained messages: each must be the last that was acknowledged, or a later one. */
final class RetainedCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private RetainedCheck() {}

    static void check(Party party, Life life, Gate gate, Findings findings) {
        Map<Integer, Integer> due = due(party.ledger());
        if (due.isEmpty()) {
            return;
        }
        String who = party.kind().name() + "-retained-check";
        Packets packets = party.kind().packets();
        try (RawClient client = RawClient.connect(life.port(), packets, Packets.Connect.clean(who))) {
            client.send(packets.subscribe(1, 0, party.retainedFilter()));
            Map<Integer, Message> found = ask(client, due);
            due.forEach((stream, number) -> compare(who, party.ledger(), stream, number, found.get(stream), findings));
        } catch (IOException e) {
            if (gate.isUp(life)) {
                findings.add(Fault.DISCONNECTED, who, null, e.toString());
            }
        }
    }

    /** The last acknowledged number of each retained topic, before the broker is asked. */
    private static Map<Integer, Integer> due(Ledger ledger) {
        Map<Integer, Integer> due = new HashMap<>();
        List<Ledger.Stream> streams = ledger.streams();
        for (int i = 0; i < streams.size(); i++) {
            int last = ledger.lastAcknowledged(i);
            if (streams.get(i).retained() && last >= 0) {
                due.put(i, last);
            }
        }
        return due;
    }

    /** Takes the first message of each topic: the retained one, or, if that is overtaken, a later one. */
    private static Map<Integer, Message> ask(RawClient client, Map<Integer, Integer> due) throws IOException {
        Map<Integer, Message> found = new HashMap<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!found.keySet().containsAll(due.keySet()) && System.nanoTime() - deadline < 0) {
            Packet packet = client.poll(PATIENCE);
            if (packet != null && packet.type() == Packet.PUBLISH) {
                Message message = Message.of(packet.payload());
                if (message != null) {
                    found.putIfAbsent(message.stream(), message);
                }
            }
        }
        return found;
    }

    private static void compare(
            String who, Ledger ledger, int stream, int due, @Nullable Message found, Findings findings) {
        if (found == null) {
            findings.add(Fault.RETAINED, who, new Message(stream, due), "acknowledged, but nothing is retained");
        } else if (found.number() < due || found.number() >= ledger.sent(stream)) {
            findings.add(Fault.RETAINED, who, new Message(stream, due), "acknowledged, but retained is " + found);
        }
    }
}
