package io.zanzara.fuzz;

import io.zanzara.codec.Packet;
import io.zanzara.codec.Packet.AckType;
import io.zanzara.message.Qos;
import java.util.BitSet;

/**
 * The generator that knows the structure, over a whole connection: connects, subscribes, publishes, acknowledges, disconnects, in one version and by
 * the rules, for hundreds of packets; and now and then does something that makes no sense.
 */
final class SensibleClient implements FuzzClient {

    private static final int MOST_AT_ONCE = 40;
    private static final int MOST_PACKETS = 2_000;
    private static final int MOST_UNDER_WAY = 400;
    private static final int ALIASES = 32;
    private static final int ONE_WRONG_IN = 1_200;

    private final int level;
    private final Words words;
    private final PacketMaker maker;
    private final Mutator mutator;
    private final String clientId;
    private final BitSet underWay = new BitSet();
    private final BitSet released = new BitSet();
    private final BitSet aliases = new BitSet();
    private int lastIdentifier;
    private int left;
    private boolean begun;

    SensibleClient(int level, String clientId, Words words, Mutator mutator) {
        this.level = level;
        this.words = words;
        this.maker = new PacketMaker(level, words);
        this.mutator = mutator;
        this.clientId = clientId;
        this.left = 20 + words.below(MOST_PACKETS);
    }

    @Override
    public boolean sendMore(Out out) {
        if (!begun) {
            begun = true;
            boolean clean = !words.oneIn(25);
            if (!out.send(maker.connect(words.oneIn(20) && clean && level > 3 ? "" : clientId, clean))) {
                return true;
            }
        }
        for (int i = 1 + words.below(MOST_AT_ONCE); i > 0; i--, left--) {
            if (left <= 0) {
                if (!words.oneIn(3)) {
                    out.send(maker.disconnect());
                }
                return false;
            }
            if (!out.send(words.oneIn(ONE_WRONG_IN) ? wrong() : next())) {
                return true;
            }
        }
        return true;
    }

    private byte[] next() {
        int identifier = underWay.cardinality() < MOST_UNDER_WAY ? nextIdentifier() : 0;
        int choice = words.below(100);
        if (identifier == 0 || choice < 30) {
            return choice < 5 ? maker.pingReq() : publish(0, 0);
        }
        if (choice < 90) {
            int qos = choice < 65 ? 1 : 2;
            underWay.set(identifier);
            return publish(qos, identifier);
        }
        if (choice < 95) {
            underWay.set(identifier);
            return choice < 93 ? maker.subscribe(identifier) : maker.unsubscribe(identifier);
        }
        return maker.pingReq();
    }

    private byte[] publish(int qos, int identifier) {
        if (level < 5 || !words.oneIn(8)) {
            return maker.publish(words.topic(), 0, qos, words.oneIn(50), identifier);
        }
        int alias = 1 + words.below(ALIASES);
        String topic = aliases.get(alias) && words.oneIn(2) ? "" : words.topic();
        aliases.set(alias);
        return maker.publish(topic, alias, qos, false, identifier);
    }

    private int nextIdentifier() {
        do {
            lastIdentifier = words.oneIn(500) ? (int) words.edge(65_534) : lastIdentifier;
            lastIdentifier = lastIdentifier % 65_535 + 1;
        } while (underWay.get(lastIdentifier));
        return lastIdentifier;
    }

    /** Something that does not belong here. */
    private byte[] wrong() {
        return switch (words.below(8)) {
            case 0 -> maker.connect(clientId, true);
            case 1 -> maker.auth();
            case 2 -> maker.publish("", 1 + words.below(65_535), 0, false, 0);
            case 3 -> maker.publish("f/#", 0, 1, false, nextIdentifier());
            case 4 -> new PacketMaker(level == 5 ? 4 : 5, words).any();
            case 5 -> maker.acknowledge(4 + words.below(4), 1 + words.below(65_535));
            case 6 -> mutator.mutate(next(), maker.any());
            default -> maker.any();
        };
    }

    @Override
    public void received(Packet packet, Out out) {
        if (packet instanceof Packet.Publish publish && publish.qos() != Qos.AT_MOST_ONCE) {
            acknowledge(publish, out);
        } else if (packet instanceof Packet.Ack ack) {
            received(ack, out);
        } else if (packet instanceof Packet.Suback suback) {
            underWay.clear(suback.packetId());
        } else if (packet instanceof Packet.Unsuback unsuback) {
            underWay.clear(unsuback.packetId());
        }
    }

    private void acknowledge(Packet.Publish publish, Out out) {
        int type = publish.qos() == Qos.AT_LEAST_ONCE ? 4 : 5;
        if (words.oneIn(300)) {
            return; // never acknowledged
        }
        out.send(
                words.oneIn(100)
                        ? maker.refuse(type, publish.packetId())
                        : maker.acknowledge(type, publish.packetId()));
    }

    private void received(Packet.Ack ack, Out out) {
        int identifier = ack.packetId();
        switch (ack.type()) {
            case PUBACK, PUBCOMP -> {
                underWay.clear(identifier);
                released.clear(identifier);
            }
            case PUBREC -> {
                if (ack.reasonCode().isError()) {
                    underWay.clear(identifier);
                } else if (!released.get(identifier) && !words.oneIn(300)) {
                    released.set(identifier);
                    out.send(maker.acknowledge(AckType.PUBREL.ordinal() + 4, identifier));
                }
            }
            case PUBREL -> out.send(maker.acknowledge(7, identifier));
        }
    }
}
