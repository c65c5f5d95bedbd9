package io.zanzara.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.zanzara.message.ReasonCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a WebSocket (RFC 6455, section 5), this side being the server. The payload of binary frames is handed on as it comes, in pieces, so
 * that a frame of any size takes no memory, and nothing is kept here while reading is paused: where packets begin and end is not looked at
 * [MQTT-6.0.0-2] [MQTT-6.0.0-2 of 3.1.1].
 */
final class WebSocketFrames extends ChannelDuplexHandler {

    private static final int CONTINUATION = 0;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int FINAL = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;
    private static final int LARGEST_CONTROL = 125;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;
    private static final int STATUS_BYTES = 2;

    private static final int NORMAL = 1_000;
    private static final int PROTOCOL_ERROR = 1_002;
    private static final int UNACCEPTABLE_DATA = 1_003;

    private final ConnectionHandler connection;
    private final ByteBuf header = Unpooled.buffer(14, 14);
    private final ByteBuf control = Unpooled.buffer(0, LARGEST_CONTROL);
    private @Nullable ChannelHandlerContext channelContext;
    private int headerBytes = 2;
    private int opcode;
    private boolean inMessage;
    private int mask;
    private long left;
    private boolean over;
    private boolean closeSent;
    private boolean pongWritten;
    private int status = NORMAL;

    WebSocketFrames(ConnectionHandler connection) {
        this.connection = connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channelContext = context;
    }

    // ---- in

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            while (in.isReadable() && !over) {
                if (left > 0) {
                    payload(context, in);
                } else {
                    header.writeByte(in.readByte());
                    begin();
                }
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (pongWritten) {
            pongWritten = false;
            context.flush();
        }
        context.fireChannelReadComplete();
    }

    /** Looks at what there is of a header, and when it is whole begins its frame. */
    private void begin() {
        if (header.readableBytes() == STATUS_BYTES) {
            int length = header.getByte(1) & ~MASKED & 0xFF;
            headerBytes = 2 + (length == TWO_BYTES ? 2 : length == EIGHT_BYTES ? 8 : 0) + Integer.BYTES;
            check(header.getUnsignedByte(0), header.getUnsignedByte(1));
        }
        if (over || header.readableBytes() < headerBytes) {
            return;
        }
        boolean last = (header.getByte(0) & FINAL) != 0;
        int length = header.getUnsignedByte(1) - MASKED;
        left = length == TWO_BYTES ? header.getUnsignedShort(2) : length == EIGHT_BYTES ? header.getLong(2) : length;
        mask = header.getInt(headerBytes - Integer.BYTES);
        header.clear();
        headerBytes = 2;
        if (left < 0) {
            fail(PROTOCOL_ERROR, "a frame has a length below 0");
        } else if (opcode < CLOSE) {
            inMessage = !last;
        } else if (left == 0) {
            controlled();
        }
    }

    private void check(int first, int second) {
        opcode = first & 15;
        boolean last = (first & FINAL) != 0;
        if ((first & RESERVED) != 0) {
            fail(PROTOCOL_ERROR, "a frame has a reserved bit that no extension was agreed for");
        } else if ((second & MASKED) == 0) {
            fail(PROTOCOL_ERROR, "a frame is not masked");
        } else if (opcode >= CLOSE && (opcode > PONG || !last || second - MASKED > LARGEST_CONTROL)) {
            fail(PROTOCOL_ERROR, "a control frame is not as it should be");
        } else if (opcode < CLOSE && opcode != BINARY && opcode != CONTINUATION) {
            // [MQTT-6.0.0-1] [MQTT-6.0.0-1 of 3.1.1]
            fail(UNACCEPTABLE_DATA, "a frame is not binary");
        } else if (opcode < CLOSE && (opcode == CONTINUATION) != inMessage) {
            fail(PROTOCOL_ERROR, "a frame continues none, or begins within another");
        }
    }

    private void payload(ChannelHandlerContext context, ByteBuf in) {
        int bytes = (int) Math.min(left, in.readableBytes());
        unmask(in, bytes);
        left -= bytes;
        if (opcode < CLOSE) {
            context.fireChannelRead(in.readRetainedSlice(bytes));
        } else {
            control.writeBytes(in, bytes);
            if (left == 0) {
                controlled();
            }
        }
    }

    private void unmask(ByteBuf in, int bytes) {
        int at = in.readerIndex();
        int end = at + bytes;
        long wide = (long) mask << Integer.SIZE | (mask & 0xFFFF_FFFFL);
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            in.setLong(at, in.getLong(at) ^ wide);
        }
        for (; at < end; at++) {
            in.setByte(at, in.getByte(at) ^ mask >>> 24);
            mask = Integer.rotateLeft(mask, Byte.SIZE);
        }
    }

    /** Answers a control frame that is complete. */
    private void controlled() {
        ChannelHandlerContext context = Objects.requireNonNull(channelContext);
        if (opcode == CLOSE) {
            over = true;
            closed(context);
        } else if (opcode == PING && !closeSent && context.channel().isWritable()) {
            // a client that does not read gets no pong: they would pile up
            context.write(frame(context, PONG, control), context.voidPromise());
            pongWritten = true;
        }
        control.clear();
    }

    private void closed(ChannelHandlerContext context) {
        if (closeSent) {
            context.close();
            return;
        }
        closeSent = true;
        ByteBuf sameStatus = control.slice(0, Math.min(STATUS_BYTES, control.readableBytes()));
        context.writeAndFlush(frame(context, CLOSE, sameStatus)).addListener(ChannelFutureListener.CLOSE);
    }

    private void fail(int closeStatus, String reason) {
        over = true;
        status = closeStatus;
        connection.broken(ReasonCode.PROTOCOL_ERROR, reason);
    }

    // ---- out

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ByteBuf packets = (ByteBuf) message;
        int length = packets.readableBytes();
        if (length == 0) {
            context.write(packets, promise);
        } else if (closeSent) {
            packets.release();
            promise.trySuccess();
        } else {
            context.write(header(context, BINARY, length), context.voidPromise());
            context.write(packets, promise);
        }
    }

    /** Says that nothing more comes, once. */
    ChannelFuture sayClose() {
        ChannelHandlerContext context = Objects.requireNonNull(channelContext);
        if (closeSent) {
            return context.newSucceededFuture();
        }
        closeSent = true;
        ByteBuf code = Unpooled.buffer(STATUS_BYTES).writeShort(status);
        return context.writeAndFlush(frame(context, CLOSE, code));
    }

    private static ByteBuf frame(ChannelHandlerContext context, int opcode, ByteBuf payload) {
        return header(context, opcode, payload.readableBytes()).writeBytes(payload);
    }

    private static ByteBuf header(ChannelHandlerContext context, int opcode, int length) {
        boolean small = opcode != BINARY;
        ByteBuf out = context.alloc().ioBuffer(small ? 2 + LARGEST_CONTROL : 10);
        out.writeByte(FINAL | opcode);
        if (length < TWO_BYTES) {
            out.writeByte(length);
        } else if (length <= 0xFFFF) {
            out.writeByte(TWO_BYTES).writeShort(length);
        } else {
            out.writeByte(EIGHT_BYTES).writeLong(length);
        }
        return out;
    }
}
