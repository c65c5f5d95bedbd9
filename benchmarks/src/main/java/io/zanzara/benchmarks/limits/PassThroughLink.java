package io.zanzara.benchmarks.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection of {@link PassThrough}: the packets of MQTT 3.1.1, no more of them than the load needs, and no check. */
final class PassThroughLink extends ChannelInboundHandlerAdapter {

    private static final int OUT_BYTES = 1 << 16;
    private static final byte[] NO_TOPIC = new byte[0];

    private final PassThrough server;
    private final PassThroughLoop loop;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf rest;
    private @Nullable ByteBuf out;
    private byte[] lastTopic = NO_TOPIC;
    private List<PassThroughLink> lastSubscribers = List.of();
    private int packetId;

    PassThroughLink(PassThrough server, PassThroughLoop loop) {
        this.server = server;
        this.loop = loop;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext value) {
        context = value;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (rest != null) {
            in = rest.writeBytes(in);
            ReferenceCountUtil.release(message);
            rest = null;
        }
        packets(in);
        if (in.isReadable()) {
            rest = ctx.alloc().buffer(in.readableBytes() + OUT_BYTES).writeBytes(in);
        }
        in.release();
    }

    private void packets(ByteBuf in) {
        while (in.readableBytes() >= 2) {
            int start = in.readerIndex();
            int length = 0;
            int digit = 0x80;
            int at = start + 1;
            for (int shift = 0; (digit & 0x80) != 0; shift += 7) {
                if (at == in.writerIndex()) {
                    return;
                }
                digit = in.getByte(at++);
                length |= (digit & 0x7F) << shift;
            }
            if (in.writerIndex() - at < length) {
                return;
            }
            packet(in, in.getByte(start) & 0xFF, at, length);
            in.readerIndex(at + length);
        }
    }

    private void packet(ByteBuf in, int header, int at, int length) {
        switch (header >> 4) {
            case 1 -> out(4).writeInt(0x2002_0000); // CONNECT: CONNACK
            case 3 -> publish(in, header >> 1 & 3, at, length);
            case 8 -> subscribe(in, at);
            default -> {} // PUBACK and DISCONNECT change nothing here
        }
    }

    private void publish(ByteBuf in, int qos, int at, int length) {
        int topicLength = in.getUnsignedShort(at);
        int payloadAt = at + 2 + topicLength;
        if (qos > 0) {
            out(4).writeInt(0x4002_0000 | in.getUnsignedShort(payloadAt));
            payloadAt += 2;
        }
        if (!isLastTopic(in, at + 2, topicLength)) {
            lastTopic = new byte[topicLength];
            in.getBytes(at + 2, lastTopic);
            lastSubscribers = server.subscribers(new String(lastTopic, UTF_8));
        }
        byte[] payload = new byte[at + length - payloadAt];
        in.getBytes(payloadAt, payload);
        for (PassThroughLink subscriber : lastSubscribers) {
            if (subscriber.loop == loop) {
                subscriber.deliver(lastTopic, payload, qos);
            } else {
                loop.handOver(subscriber.loop, new PassThroughLoop.Delivery(subscriber, lastTopic, payload, qos));
            }
        }
    }

    private boolean isLastTopic(ByteBuf in, int at, int length) {
        if (length != lastTopic.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (in.getByte(at + i) != lastTopic[i]) {
                return false;
            }
        }
        return true;
    }

    private void subscribe(ByteBuf in, int at) {
        byte[] filter = new byte[in.getUnsignedShort(at + 2)];
        in.getBytes(at + 4, filter);
        server.subscribers(new String(filter, UTF_8)).add(this);
        int granted = in.getByte(at + 4 + filter.length);
        out(5).writeShort(0x9003).writeShort(in.getUnsignedShort(at)).writeByte(granted);
    }

    void deliver(byte[] topic, byte[] payload, int qos) {
        int remaining = 2 + topic.length + (qos > 0 ? 2 : 0) + payload.length;
        ByteBuf to = out(5 + remaining).writeByte(0x30 | qos << 1);
        int left = remaining;
        while (left > 0x7F) {
            to.writeByte(left & 0x7F | 0x80);
            left >>>= 7;
        }
        to.writeByte(left).writeShort(topic.length).writeBytes(topic);
        if (qos > 0) {
            packetId = packetId % 0xFFFF + 1;
            to.writeShort(packetId);
        }
        to.writeBytes(payload);
    }

    private ByteBuf out(int bytes) {
        ByteBuf present = out;
        if (present != null && present.writableBytes() < bytes) {
            Objects.requireNonNull(context).write(present);
            present = null;
        }
        if (present == null) {
            boolean first = out == null;
            present = Objects.requireNonNull(context).alloc().ioBuffer(Math.max(OUT_BYTES, bytes));
            out = present;
            if (first) {
                loop.toFlush(this);
            }
        }
        return present;
    }

    void flush() {
        ByteBuf present = out;
        out = null;
        if (present != null) {
            Objects.requireNonNull(context).writeAndFlush(present);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        server.gone(this);
        if (rest != null) {
            rest.release();
            rest = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
