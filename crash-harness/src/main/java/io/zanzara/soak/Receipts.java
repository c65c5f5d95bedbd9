package io.zanzara.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * What came out of one queue: that of a session, with one {@link Reader}, or that of a shared group, with one for each member. Checks each
 * message when it comes, and at the end what is missing. Thread-safe.
 *
 * <p>First deliveries of a stream come in order, for each reader. At QoS 1 a shared group may give a message that its member has not acknowledged to
 * another one, at the front: so a reader's order begins anew with its connection, and may step back once for each time that a member went.
 */
final class Receipts {

    private final String name;
    private final Ledger ledger;
    private final int qos;
    private final boolean shared;
    private final Findings findings;
    private final BitSet[] seen;
    private final List<Reader> readers = new ArrayList<>();
    private int departures;
    private long total;
    private long repeated;

    Receipts(String name, Ledger ledger, int qos, boolean shared, Findings findings) {
        this.name = name;
        this.ledger = ledger;
        this.qos = qos;
        this.shared = shared;
        this.findings = findings;
        this.seen = new BitSet[ledger.streams().size()];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = new BitSet();
        }
    }

    /** One client that takes from the queue. */
    final class Reader {
        private final String client;
        private final int[] highest = new int[seen.length];
        private final int[] stepsBack = new int[seen.length];
        private int departuresBefore;

        private Reader(String client) {
            this.client = client;
            Arrays.fill(highest, -1);
        }

        /** It has a new connection. */
        void connected() {
            synchronized (Receipts.this) {
                if (mayMove()) {
                    Arrays.fill(highest, -1);
                    Arrays.fill(stepsBack, 0);
                    departuresBefore = departures;
                }
            }
        }

        /** It got a message which, by the rules of its QoS, is a new one. */
        void received(Message message, String topic) {
            synchronized (Receipts.this) {
                total++;
                if (!ledger.wasSent(message, topic)) {
                    findings.add(Fault.NEVER_SENT, client, message, "on topic " + topic);
                } else if (seen[message.stream()].get(message.number())) {
                    again(message);
                } else {
                    seen[message.stream()].set(message.number());
                    inOrder(message);
                }
            }
        }

        private void again(Message message) {
            if (qos == 2) {
                findings.add(Fault.DUPLICATED, client, message, "");
            } else {
                repeated++;
            }
        }

        private void inOrder(Message message) {
            int before = highest[message.stream()];
            boolean inOrder = message.number() > before;
            if (!inOrder && mayMove() && stepsBack[message.stream()] < departures - departuresBefore) {
                stepsBack[message.stream()]++;
                inOrder = true;
                before = -1;
            }
            if (!inOrder) {
                findings.add(Fault.OUT_OF_ORDER, client, message, "after number " + before);
            }
            highest[message.stream()] = Math.max(before, message.number());
        }
    }

    synchronized Reader reader(String client) {
        Reader reader = new Reader(client);
        readers.add(reader);
        return reader;
    }

    /** A member is about to go: what it had not acknowledged may come to another. */
    synchronized void departs() {
        departures++;
    }

    private boolean mayMove() {
        return shared && qos == 1;
    }

    String name() {
        return name;
    }

    synchronized long total() {
        return total;
    }

    synchronized long repeated() {
        return repeated;
    }

    /** Whether every acknowledged message has come. */
    synchronized boolean isComplete() {
        for (int stream = 0; stream < seen.length; stream++) {
            if (!missing(stream).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Reports every acknowledged message that did not come. */
    synchronized void reportMissing() {
        for (int stream = 0; stream < seen.length; stream++) {
            int of = stream;
            missing(stream).stream()
                    .forEach(number -> findings.add(Fault.LOST, name, new Message(of, number), "acknowledged"));
        }
    }

    private BitSet missing(int stream) {
        BitSet missing = ledger.acknowledged(stream);
        missing.andNot(seen[stream]);
        return missing;
    }
}
