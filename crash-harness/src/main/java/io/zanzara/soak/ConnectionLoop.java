package io.zanzara.soak;

import io.zanzara.soak.Gate.Life;
import io.zanzara.soak.Gate.Phase;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keeps one client connected to a broker that is killed again and again, with one session throughout. One thread runs it. */
final class ConnectionLoop implements Runnable {

    private static final long PAUSE_MILLIS = 100;

    /** What a client has to say, once connected. */
    interface Conversation {

        /** A connection begins. */
        void begin();

        /**
         * Speaks and listens.
         *
         * @return whether it wants to come back; false ends the client
         * @throws IOException when the connection is lost
         */
        boolean hold(RawClient connection, Stay stay) throws IOException;

        /** It is about to leave, though the broker is there. */
        void leave();
    }

    /** How long a conversation may last. */
    final class Stay {
        private final Life life;
        private final Phase began;
        private final long until;

        private Stay(Life life, Phase began, long millis) {
            this.life = life;
            this.began = began;
            this.until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        }

        Phase phase() {
            return gate.phase();
        }

        boolean isOver() {
            Phase now = gate.phase();
            if (now == began) {
                return now == Phase.END || System.nanoTime() - until > 0;
            }
            return now == Phase.END || (began == Phase.SETUP && presence != Presence.ALWAYS);
        }

        /** The client takes part in the load of this life. */
        void takesPart() {
            activeIn = life.number();
        }
    }

    private final String clientId;
    private final Packets packets;
    private final Gate gate;
    private final Presence presence;
    private final SplittableRandom random;
    private final Journal journal;
    private final Findings findings;
    private final Conversation conversation;
    private boolean hasSession;
    private int next = 1;
    private volatile int activeIn;

    ConnectionLoop(
            String clientId,
            Packets packets,
            Presence presence,
            SplittableRandom random,
            Surroundings surroundings,
            Conversation conversation) {
        this.clientId = clientId;
        this.packets = packets;
        this.presence = presence;
        this.random = random;
        this.gate = surroundings.gate();
        this.journal = surroundings.journal(clientId);
        this.findings = surroundings.findings();
        this.conversation = conversation;
    }

    /** What a client needs from outside. */
    interface Surroundings {
        Gate gate();

        Findings findings();

        /** Returns the journal of one client: always the same for the same name. */
        Journal journal(String clientId);
    }

    String clientId() {
        return clientId;
    }

    Presence presence() {
        return presence;
    }

    /** The number of the last life in whose load it took part. */
    int activeIn() {
        return activeIn;
    }

    @Override
    public void run() {
        try {
            Life life;
            while ((life = gate.awaitLife(next)) != null && attend(life)) {
                // once more
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            findings.add(Fault.STUCK, clientId, null, "the client failed: " + e);
            throw e;
        } finally {
            journal.close();
        }
    }

    private boolean attend(Life life) throws InterruptedException {
        Phase phase = gate.phase();
        boolean loaded = phase == Phase.LOAD || phase == Phase.FINISH;
        Presence.Visit visit = loaded ? presence.next(random) : Presence.ALWAYS.next(random);
        gate.pass(life, phase, visit.away());
        if (!gate.isUp(life) || gate.phase() != phase) {
            return true;
        }
        RawClient connection = connect(life);
        if (connection == null) {
            lost(life, "no connection");
            return true;
        }
        try (connection) {
            boolean again = conversation.hold(connection, new Stay(life, phase, visit.stays()));
            leave(connection);
            return again;
        } catch (IOException e) {
            journal.note(Journal.Event.CONNECTION_ENDED);
            lost(life, e.toString());
            return true;
        }
    }

    private @Nullable RawClient connect(Life life) {
        RawClient connection = null;
        try {
            connection = RawClient.open(life.port(), packets);
            boolean present =
                    connection.connect(Packets.Connect.persistent(clientId)).sessionPresent();
            journal.note(Journal.Event.CONNECTED);
            if (hasSession && !present) {
                findings.add(Fault.SESSION_LOST, clientId, null, "in life " + life.number());
            }
            hasSession = true;
            conversation.begin();
            return connection;
        } catch (IOException e) {
            close(connection);
            return null;
        }
    }

    private static void close(@Nullable RawClient connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException e) {
                // it is gone either way
            }
        }
    }

    private void leave(RawClient connection) throws IOException {
        journal.note(Journal.Event.LEAVING);
        conversation.leave();
        if (random.nextBoolean()) {
            connection.disconnect();
        }
    }

    private void lost(Life life, String how) throws InterruptedException {
        if (gate.isUp(life)) {
            // Nobody has killed it. Once more with the same one, but not in a hurry.
            findings.add(Fault.DISCONNECTED, clientId, null, "in life " + life.number() + ": " + how);
            gate.pass(life, gate.phase(), PAUSE_MILLIS);
        } else {
            next = life.number() + 1;
        }
    }
}
