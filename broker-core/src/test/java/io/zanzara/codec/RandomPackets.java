package io.zanzara.codec;

import io.zanzara.codec.Packet.Ack;
import io.zanzara.codec.Packet.AckType;
import io.zanzara.codec.Packet.Auth;
import io.zanzara.codec.Packet.Connack;
import io.zanzara.codec.Packet.Connect;
import io.zanzara.codec.Packet.Disconnect;
import io.zanzara.codec.Packet.Pingreq;
import io.zanzara.codec.Packet.Pingresp;
import io.zanzara.codec.Packet.Publish;
import io.zanzara.codec.Packet.Suback;
import io.zanzara.codec.Packet.Subscribe;
import io.zanzara.codec.Packet.SubscribeEntry;
import io.zanzara.codec.Packet.Unsuback;
import io.zanzara.codec.Packet.Unsubscribe;
import io.zanzara.codec.Packet.WillFields;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.RetainHandling;
import io.zanzara.message.UserProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Packets of one protocol level, made up from a seed; only such as the level can express without loss. */
final class RandomPackets {

    private static final String[] LETTERS = {
        "a",
        "b",
        "Z",
        "0",
        " ",
        "/",
        "/",
        "$",
        "\u0001",
        "\u007F",
        "\u0080",
        "\u00E9",
        "\u07FF",
        "\u0800",
        "\u4E16",
        "\uD7FF",
        "\uE000",
        "\uFEFF",
        "\uFFFD",
        "\uFFFF",
        "\uD83E\uDD9F",
        "\uD800\uDC00",
        "\uDBFF\uDFFF"
    };
    private static final long[] INTS = {0, 1, 127, 128, 65_535, 65_536, 2_147_483_647L, 2_147_483_648L, 4_294_967_295L};
    private static final int[] VARIABLES = {1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455};

    private final SplittableRandom random;
    private final int level;

    RandomPackets(long seed, int level) {
        this.random = new SplittableRandom(seed * 31 + level);
        this.level = level;
    }

    /** Returns a packet that a connected client may send. */
    Packet fromClient() {
        return switch (random.nextInt(level == 5 ? 8 : 7)) {
            case 0, 1 -> publish(new int[0]);
            case 2 -> ack();
            case 3 ->
                new Subscribe(packetId(), is5() && random.nextBoolean() ? variable() : 0, entries(), userProperties());
            case 4 -> new Unsubscribe(packetId(), some(this::filter), userProperties());
            case 5 -> new Pingreq();
            case 6 -> disconnect(false);
            default -> auth();
        };
    }

    /** Returns a packet that a server may send. */
    Packet fromServer() {
        return switch (random.nextInt(level == 5 ? 9 : 7)) {
            case 0, 1 -> publish(subscriptionIdentifiers());
            case 2 -> ack();
            case 3 -> suback();
            case 4 -> unsuback();
            case 5 -> new Pingresp();
            case 6 -> connack();
            case 7 -> disconnect(true);
            default -> auth();
        };
    }

    Connect connect() {
        String userName = maybe(this::text);
        boolean mayHavePassword = is5() || userName != null;
        String method = maybe5(this::text);
        return new Connect(
                level,
                random.nextInt(5) == 0 && level != 3 ? "" : clientId(),
                random.nextBoolean(),
                random.nextInt(65_536),
                random.nextBoolean() ? will() : null,
                userName,
                mayHavePassword ? maybe(this::bytes) : null,
                is5() ? pick(INTS) : 0,
                is5() ? 1 + random.nextInt(65_535) : 65_535,
                is5() && random.nextBoolean() ? 1 + pick(INTS) % 4_294_967_295L : -1,
                is5() ? random.nextInt(65_536) : 0,
                is5() && random.nextBoolean(),
                !is5() || random.nextBoolean(),
                method,
                method == null ? null : maybe(this::bytes),
                userProperties());
    }

    private WillFields will() {
        return new WillFields(
                topic(),
                bytes(),
                qos(),
                random.nextBoolean(),
                is5() ? pick(INTS) : 0,
                is5() ? random.nextInt(3) - 1 : -1,
                is5() && random.nextBoolean() ? pick(INTS) : -1,
                maybe5(this::text),
                maybe5(this::topic),
                maybe5(this::bytes),
                userProperties());
    }

    Publish publish(int[] subscriptionIdentifiers) {
        Qos qos = qos();
        int topicAlias = is5() && random.nextBoolean() ? 1 + random.nextInt(65_535) : 0;
        return new Publish(
                qos != Qos.AT_MOST_ONCE && random.nextBoolean(),
                qos,
                random.nextBoolean(),
                qos == Qos.AT_MOST_ONCE ? 0 : packetId(),
                topicAlias != 0 && random.nextBoolean() ? "" : topic(),
                bytes(),
                topicAlias,
                is5() ? random.nextInt(3) - 1 : -1,
                is5() && random.nextBoolean() ? pick(INTS) : -1,
                maybe5(this::text),
                maybe5(this::topic),
                maybe5(this::bytes),
                subscriptionIdentifiers,
                userProperties());
    }

    private Ack ack() {
        AckType type = AckType.values()[random.nextInt(4)];
        return is5()
                ? new Ack(type, packetId(), oneOf(ReasonCodes.of(type)), maybe(this::text))
                : Ack.of(type, packetId());
    }

    private Connack connack() {
        ReasonCode[] old = {
            ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
            ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
            ReasonCode.SERVER_UNAVAILABLE,
            ReasonCode.BAD_USER_NAME_OR_PASSWORD,
            ReasonCode.NOT_AUTHORIZED
        };
        ReasonCode refusal = is5() ? oneOf(ReasonCodes.CONNACK) : old[random.nextInt(level == 4 ? 4 : 3)];
        ReasonCode reasonCode = random.nextBoolean() ? ReasonCode.SUCCESS : refusal;
        String method = maybe5(this::text);
        return new Connack(
                reasonCode == ReasonCode.SUCCESS && level > 3 && random.nextBoolean(),
                reasonCode,
                is5() && random.nextBoolean() ? pick(INTS) : -1,
                is5() ? 1 + random.nextInt(65_535) : 65_535,
                is5() ? random.nextInt(3) : 2,
                !is5() || random.nextBoolean(),
                is5() && random.nextBoolean() ? 1 + pick(INTS) % 4_294_967_295L : -1,
                maybe5(this::text),
                is5() ? random.nextInt(65_536) : 0,
                maybe5(this::text),
                !is5() || random.nextBoolean(),
                !is5() || random.nextBoolean(),
                !is5() || random.nextBoolean(),
                is5() ? random.nextInt(65_537) - 1 : -1,
                maybe5(this::text),
                maybe5(this::text),
                method,
                method == null ? null : maybe(this::bytes));
    }

    private Suback suback() {
        ReasonCode[] old = {
            ReasonCode.SUCCESS, ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_2, ReasonCode.UNSPECIFIED_ERROR
        };
        Supplier<ReasonCode> code = () -> is5() ? oneOf(ReasonCodes.SUBACK) : old[random.nextInt(level == 4 ? 4 : 3)];
        return new Suback(packetId(), some(code), maybe5(this::text));
    }

    private Unsuback unsuback() {
        List<ReasonCode> codes = is5() ? some(() -> oneOf(ReasonCodes.UNSUBACK)) : List.of();
        return new Unsuback(packetId(), codes, maybe5(this::text));
    }

    private Disconnect disconnect(boolean fromServer) {
        return is5()
                ? new Disconnect(
                        oneOf(fromServer ? ReasonCodes.DISCONNECT : ReasonCodes.DISCONNECT_OF_CLIENT),
                        fromServer || random.nextBoolean() ? -1 : pick(INTS),
                        maybe(this::text),
                        maybe(this::text))
                : new Disconnect(ReasonCode.SUCCESS, -1, null, null);
    }

    private Auth auth() {
        return new Auth(oneOf(ReasonCodes.AUTH), text(), maybe(this::bytes), maybe(this::text));
    }

    private List<SubscribeEntry> entries() {
        return some(() -> new SubscribeEntry(
                filter(),
                qos(),
                is5() && random.nextBoolean(),
                is5() && random.nextBoolean(),
                is5() ? RetainHandling.of(random.nextInt(3)) : RetainHandling.SEND));
    }

    private int[] subscriptionIdentifiers() {
        int[] identifiers = new int[is5() ? random.nextInt(4) : 0];
        for (int i = 0; i < identifiers.length; i++) {
            identifiers[i] = variable();
        }
        return identifiers;
    }

    private List<UserProperty> userProperties() {
        List<UserProperty> properties = new ArrayList<>();
        int count = is5() ? Math.max(0, random.nextInt(5) - 1) : 0;
        for (int i = 0; i < count; i++) {
            properties.add(new UserProperty(text(), text()));
        }
        return properties;
    }

    private <T> List<T> some(Supplier<T> supplier) {
        List<T> list = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            list.add(supplier.get());
        }
        return list;
    }

    private boolean is5() {
        return level == 5;
    }

    private <T> @Nullable T maybe(Supplier<T> supplier) {
        return random.nextBoolean() ? supplier.get() : null;
    }

    private <T> @Nullable T maybe5(Supplier<T> supplier) {
        return is5() ? maybe(supplier) : null;
    }

    private ReasonCode oneOf(Set<ReasonCode> codes) {
        return List.copyOf(codes).get(random.nextInt(codes.size()));
    }

    private int packetId() {
        return 1 + random.nextInt(65_535);
    }

    private Qos qos() {
        return Qos.of(random.nextInt(3));
    }

    private long pick(long[] values) {
        return values[random.nextInt(values.length)];
    }

    private int variable() {
        return VARIABLES[random.nextInt(VARIABLES.length)];
    }

    private String clientId() {
        return "client" + random.nextInt(1000);
    }

    private String topic() {
        return "t" + text();
    }

    private String filter() {
        return topic() + (random.nextBoolean() ? "/+/#" : "");
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(10) == 0 ? random.nextInt(400) : random.nextInt(8);
        for (int i = 0; i < length; i++) {
            text.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(20) == 0 ? random.nextInt(20_000) : random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }
}
