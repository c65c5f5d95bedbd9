package io.zanzara.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.zanzara.codec.Malformed;
import io.zanzara.codec.Packet;
import io.zanzara.fuzz.Findings.Kind;
import io.zanzara.message.ReasonCode;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link FuzzClient}. After each lot it asks for a sign of life with PINGREQ; nothing more is sent before it has come, so that
 * what was counted was read by the broker.
 */
final class FuzzConnection extends ChannelInboundHandlerAdapter implements FuzzClient.Out {

    private static final byte PINGREQ = (byte) 0xC0;
    private static final byte DISCONNECT = (byte) 0xE0;

    private final long number;
    private final FuzzClient client;
    private final Traffic traffic;
    private final Exchange exchange = new Exchange();
    private final ByteArrayOutputStream lot = new ByteArrayOutputStream();
    private @Nullable ChannelHandlerContext context;
    private boolean readable = true;
    private boolean left;
    private boolean accepted;
    private int asked;
    private long heard = System.nanoTime();
    private @Nullable String reason;

    FuzzConnection(long number, FuzzClient client, Traffic traffic) {
        this.number = number;
        this.client = client;
        this.traffic = traffic;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        step();
    }

    private void step() {
        boolean more = client.sendMore(this);
        if (readable && more) {
            send(new byte[] {PINGREQ, 0});
        }
        flush();
        if (!readable && !exchange.isRefused()) {
            leave("the client left half a packet");
        } else if (readable && !more) {
            leave("the client left");
        }
    }

    @Override
    public boolean send(byte[] packet) {
        if (!readable || left) {
            return false;
        }
        traffic.sent();
        lot.writeBytes(packet);
        if (packet.length == 2 && packet[0] == PINGREQ) {
            asked++;
        }
        readable = exchange.send(packet);
        if (packet.length > 0 && packet[0] == DISCONNECT) {
            reason = "the client disconnected";
        }
        return readable;
    }

    private void flush() {
        if (lot.size() > 0) {
            byte[] bytes = lot.toByteArray();
            lot.reset();
            traffic.journal().sent(number, bytes);
            ChannelHandlerContext active = Objects.requireNonNull(context);
            active.writeAndFlush(Unpooled.wrappedBuffer(bytes), active.voidPromise());
        }
    }

    private void leave(String how) {
        if (!left) {
            left = true;
            if (reason == null) {
                reason = how;
            }
            traffic.journal().ended(number);
            Objects.requireNonNull(context)
                    .writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext active, Object message) {
        heard = System.nanoTime();
        ByteBuf bytes = (ByteBuf) message;
        try {
            exchange.receive(bytes);
            for (Packet packet = exchange.next(); packet != null; packet = exchange.next()) {
                traffic.received();
                received(packet);
            }
        } catch (Malformed e) {
            traffic.findings().add(Kind.BROKER_SENT, "connection " + number + ": " + e.getMessage());
            leave("the client could not read the broker's packet");
        } finally {
            bytes.release();
        }
        flush();
    }

    private void received(Packet packet) {
        if (packet instanceof Packet.Connack connack) {
            accepted = connack.reasonCode() == ReasonCode.SUCCESS;
            reason = accepted ? reason : "CONNACK " + connack.reasonCode();
        } else if (packet instanceof Packet.Disconnect disconnect) {
            reason = "DISCONNECT " + disconnect.reasonCode();
        } else if (packet instanceof Packet.Pingresp) {
            asked--;
        }
        if (left) {
            return;
        }
        client.received(packet, this);
        if (packet instanceof Packet.Pingresp && asked == 0 && readable) {
            step();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        exchange.release();
        if (reason == null) {
            reason = exchange.isRefused() ? "closed after what is no packet" : "closed without a word";
        }
        traffic.ended(this, reason);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        if (!(cause instanceof java.io.IOException)) {
            traffic.findings().add(Kind.EXCEPTION, "in the fuzzing client itself: " + cause);
        }
        failed.close();
    }

    /** Closes at once. */
    void stop() {
        leave("the client stopped");
    }

    /** Whether it waits for the broker, and has for so long. */
    boolean isSilentFor(long nanos) {
        return !left && System.nanoTime() - heard > nanos;
    }

    @Override
    public String toString() {
        return "connection " + number + (accepted ? "" : ", without CONNACK")
                + (readable ? "" : ", after what is no packet");
    }
}
