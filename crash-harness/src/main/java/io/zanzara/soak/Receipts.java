package io.zanzara.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * What came out of one queue: that of a session, with one {@link Reader}, or that of a shared group, with one for each member. Checks each
 * message when it comes, and at the end what is missing. Thread-safe.
 *
 * <p>First deliveries of a stream come in order, for each reader. What a shared group had meant for a member that went comes to another one, late:
 * that may be whatever was published until that member was back. At QoS 1 messages stay the group's until they are acknowledged, so a reader's
 * order begins anew with each connection; at QoS 2 they are the member's.
 */
final class Receipts {

    private final String name;
    private final Ledger ledger;
    private final int qos;
    private final boolean shared;
    private final Findings findings;
    private final BitSet[] seen;
    private final List<Reader> readers = new ArrayList<>();
    private final int[] mayBeLate;
    private int gone;
    private long total;
    private long repeated;

    Receipts(String name, Ledger ledger, int qos, boolean shared, Findings findings) {
        this.name = name;
        this.ledger = ledger;
        this.qos = qos;
        this.shared = shared;
        this.findings = findings;
        this.seen = new BitSet[ledger.streams().size()];
        this.mayBeLate = new int[seen.length];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = new BitSet();
        }
    }

    /** One client that takes from the queue. */
    final class Reader {
        private final String client;
        private final int[] highest = new int[seen.length];
        private boolean isGone;

        private Reader(String client) {
            this.client = client;
            Arrays.fill(highest, -1);
        }

        /** It has a new connection. */
        void connected() {
            synchronized (Receipts.this) {
                if (shared && qos == 1) {
                    Arrays.fill(highest, -1);
                }
                if (isGone) {
                    isGone = false;
                    gone--;
                    for (int stream = 0; stream < mayBeLate.length; stream++) {
                        mayBeLate[stream] = ledger.sent(stream);
                    }
                }
            }
        }

        /** It is about to go: what it has not acknowledged may come to another. */
        void departs() {
            synchronized (Receipts.this) {
                if (shared && !isGone) {
                    isGone = true;
                    gone++;
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
            if (message.number() > before) {
                highest[message.stream()] = message.number();
            } else if (gone == 0 && message.number() >= mayBeLate[message.stream()]) {
                findings.add(Fault.OUT_OF_ORDER, client, message, "after number " + before);
            }
        }
    }

    synchronized Reader reader(String client) {
        Reader reader = new Reader(client);
        readers.add(reader);
        return reader;
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

    /** Whether the last acknowledged message of each stream has come: what is missing then hardly comes any more. */
    synchronized boolean hasLasts() {
        for (int stream = 0; stream < seen.length; stream++) {
            int last = ledger.lastAcknowledged(stream);
            if (last >= 0 && !seen[stream].get(last)) {
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
