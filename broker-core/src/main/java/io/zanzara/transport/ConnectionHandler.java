package io.zanzara.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.zanzara.access.Listener;
import io.zanzara.codec.Malformed;
import io.zanzara.codec.Packet;
import io.zanzara.codec.PacketReader;
import io.zanzara.codec.PacketWriter;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.protocol.MqttConnection;
import io.zanzara.protocol.ProtocolContext;
import io.zanzara.protocol.Wire;
import io.zanzara.session.Loop;
import io.zanzara.transport.ConnectionBounds.Place;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel: finds packets in the bytes and hands them to the {@link MqttConnection}; gathers what goes out in one buffer and flushes it once
 * a turn of the loop, because system calls are what costs most.
 */
final class ConnectionHandler extends ByteToMessageDecoder implements Wire {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);
    private static final int CHUNK = 64 << 10;
    private static final int FIRST_BUFFER = 512;
    private static final int FIRST_LEVEL = 4; // until CONNECT says which version is spoken
    private static final int MOST_LEFT_BEHIND = 256 << 10; // the connection is not counted any more
    private static final long MOST_LINGER_MILLIS = 5_000;
    private static final double KEEP_ALIVE_GRACE = 1.5; // [MQTT-3.1.2-22] [MQTT-3.1.2-24 of 3.1.1]

    private final NettyLoop loop;
    private final Listener listener;
    private final PacketReader reader;
    private PacketWriter writer = new PacketWriter(FIRST_LEVEL, -1);
    private final MqttConnection connection;
    private final int connectTimeoutSeconds;
    private @Nullable ChannelHandlerContext channelContext;
    private String address = "?";
    private @Nullable X509Certificate certificate;
    private @Nullable ByteBuf out;
    private @Nullable ByteBuf leftBehind; // by a client that went while reading was paused; not pooled
    private Loop.@Nullable Timer connectTimeout;
    private Loop.@Nullable Timer keepAlive;
    private Loop.@Nullable Timer closed;
    private boolean reading;
    private boolean unflushed;
    private boolean flushScheduled;
    private boolean paused;
    private boolean closing;
    private long lastRead;

    ConnectionHandler(NettyLoop loop, Listener listener, ProtocolContext context) {
        this.loop = loop;
        this.listener = listener;
        this.reader = new PacketReader(context.limits().maxPacketBytes());
        this.connection = new MqttConnection(this, context);
        this.connectTimeoutSeconds = context.limits().connectTimeoutSeconds();
    }

    // ---- from Netty

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channelContext = context;
        address = NetworkAddress.text(context.channel().remoteAddress());
        lastRead = System.nanoTime();
        connectTimeout = loop.schedule(
                () -> {
                    if (!connection.isConnected() && !closing) {
                        connection.violated(ReasonCode.MAXIMUM_CONNECT_TIME, "no session came about in time");
                        close();
                    }
                },
                TimeUnit.SECONDS.toMillis(connectTimeoutSeconds));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        reading = true;
        lastRead = System.nanoTime();
        super.channelRead(context, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        flush();
        // not the decoder's own: it would go on reading, although reading is paused
        discardSomeReadBytes();
        context.fireChannelReadComplete();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> unused) {
        while (!paused && !closing) {
            try {
                Packet packet = reader.read(in);
                if (packet == null) {
                    return;
                }
                connection.handle(packet);
            } catch (Malformed e) {
                connection.malformed(reader.protocolLevel(), e.reasonCode(), String.valueOf(e.getMessage()));
                close();
            }
        }
        if (closing) {
            in.skipBytes(in.readableBytes());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        int unread = actualReadableBytes();
        if (!closing && paused && unread > 0 && unread <= MOST_LEFT_BEHIND) {
            // DISCONNECT may be in it [MQTT-3.14.4-3] [MQTT-3.14.4-3 of 3.1.1]
            leftBehind = Unpooled.copiedBuffer(internalBuffer());
            release();
        } else {
            gone();
        }
        super.channelInactive(context);
    }

    private void gone() {
        leftBehind = null;
        closing = true;
        cancelTimers();
        if (closed != null) {
            closed.cancel();
        }
        release();
        connection.lost();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        if (context.channel().isWritable()) {
            connection.writable();
        }
        super.channelWritabilityChanged(context);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                SslHandler encryption = context.pipeline().get(SslHandler.class);
                certificate = TlsFailure.certificate(encryption);
                TlsFailure.forbidAnotherHandshake(encryption);
            } else {
                broken(TlsFailure.reasonCode(handshake.cause()), TlsFailure.reason(handshake.cause()));
            }
        } else if (event instanceof SslCloseCompletionEvent && !closing) {
            context.close(); // the client has ended its side
        }
        super.userEventTriggered(context, event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean networks = cause instanceof IOException
                || (cause instanceof DecoderException && cause.getCause() instanceof IOException);
        if (!networks) {
            LOG.error("a connection failed and is closed: {}", address, cause);
        }
        context.close();
    }

    // ---- for the protocol

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public Listener listener() {
        return listener;
    }

    @Override
    public @Nullable X509Certificate certificate() {
        return certificate;
    }

    @Override
    public void negotiated(int protocolLevel, long maximumPacketSize, int keepAliveSeconds) {
        writer = new PacketWriter(protocolLevel, maximumPacketSize);
        if (keepAliveSeconds > 0) {
            watchKeepAlive(Math.round(keepAliveSeconds * 1_000 * KEEP_ALIVE_GRACE));
        }
    }

    @Override
    public void connected() {
        connectTimeout = cancelled(connectTimeout);
        Place place = context().channel().attr(Place.OF_CHANNEL).get();
        if (place != null) {
            place.settled();
        }
    }

    private void watchKeepAlive(long graceMillis) {
        long idle = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastRead);
        if (paused) {
            // a client that is not read from is not held to its keep-alive
            lastRead = System.nanoTime();
        } else if (idle >= graceMillis) {
            connection.violated(ReasonCode.KEEP_ALIVE_TIMEOUT, "nothing came for 1.5 times the keep-alive");
            close();
            return;
        }
        long left = Math.max(50, graceMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastRead));
        keepAlive = loop.schedule(
                () -> {
                    if (!closing) {
                        watchKeepAlive(graceMillis);
                    }
                },
                left);
    }

    @Override
    public boolean send(Packet packet) {
        if (closing || leftBehind != null) {
            return true;
        }
        int written = writer.write(packet, buffer());
        written();
        return written != PacketWriter.TOO_LARGE;
    }

    @Override
    public boolean sendPublish(
            Publication publication,
            Qos qos,
            boolean dup,
            boolean retain,
            int packetIdentifier,
            String topic,
            int topicAlias,
            long expirySeconds,
            int[] subscriptionIdentifiers) {
        if (closing || leftBehind != null) {
            return true;
        }
        int written = writer.writePublish(
                buffer(),
                dup,
                qos,
                retain,
                packetIdentifier,
                publication,
                topic,
                topicAlias,
                expirySeconds,
                subscriptionIdentifiers);
        written();
        return written != PacketWriter.TOO_LARGE;
    }

    private ByteBuf buffer() {
        ByteBuf buffer = out;
        if (buffer == null) {
            buffer = context().alloc().ioBuffer(FIRST_BUFFER);
            out = buffer;
        }
        return buffer;
    }

    private void written() {
        ByteBuf buffer = out;
        if (buffer != null && buffer.readableBytes() >= CHUNK) {
            out = null;
            write(buffer);
        }
        if (!reading && !flushScheduled) {
            flushScheduled = true;
            loop.execute(() -> {
                flushScheduled = false;
                if (!reading) {
                    flush();
                }
            });
        }
    }

    private void flush() {
        ByteBuf buffer = out;
        out = null;
        if (buffer != null) {
            if (buffer.isReadable()) {
                write(buffer);
            } else {
                buffer.release();
            }
        }
        if (unflushed) {
            unflushed = false;
            context().flush();
        }
    }

    private void write(ByteBuf buffer) {
        unflushed = true;
        context().write(buffer, context().voidPromise());
    }

    @Override
    public boolean isWritable() {
        return !closing && context().channel().isWritable();
    }

    @Override
    public boolean isOverflowing() {
        return WriteBacklog.isOverflowing(context().channel());
    }

    @Override
    public void pauseReading(boolean pause) {
        if (paused == pause) {
            return;
        }
        paused = pause;
        if (leftBehind == null) {
            context().channel().config().setAutoRead(!pause);
        }
        if (!pause) {
            lastRead = System.nanoTime();
            // what has been read before the pause waits in the decoder
            loop.execute(this::readOn);
        }
    }

    private void readOn() {
        if (closing) {
            return;
        }
        ChannelHandlerContext context = context();
        ByteBuf rest = leftBehind;
        if (rest != null) {
            decode(context, rest, List.of());
            if (!paused && !closing) {
                gone();
            }
            return;
        }
        try {
            channelRead(context, Unpooled.EMPTY_BUFFER);
        } catch (Exception e) {
            exceptionCaught(context, e);
        }
        channelReadComplete(context);
    }

    /** What carries the packets does not work as agreed: the connection ends. */
    void broken(ReasonCode reasonCode, String reason) {
        connection.violated(reasonCode, reason);
        close();
    }

    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        cancelTimers();
        if (leftBehind != null) {
            leftBehind = null;
            return;
        }
        Channel channel = context().channel();
        if (!Farewell.canSpeak(channel, listener.tls() != null)) {
            channel.close();
            return;
        }
        ByteBuf last = out == null ? Unpooled.EMPTY_BUFFER : out;
        out = null;
        context().writeAndFlush(last).addListener(written -> Farewell.say(channel));
        closed = loop.schedule(() -> context().close(), MOST_LINGER_MILLIS);
    }

    /** They hold all that belongs to the connection, a keep-alive for up to 27 hours. */
    private void cancelTimers() {
        connectTimeout = cancelled(connectTimeout);
        keepAlive = cancelled(keepAlive);
    }

    private static Loop.@Nullable Timer cancelled(Loop.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
        return null;
    }

    private void release() {
        ByteBuf buffer = out;
        out = null;
        if (buffer != null) {
            buffer.release();
        }
    }

    private ChannelHandlerContext context() {
        return java.util.Objects.requireNonNull(channelContext);
    }
}
