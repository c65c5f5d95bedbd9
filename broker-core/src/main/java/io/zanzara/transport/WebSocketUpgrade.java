package io.zanzara.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.zanzara.message.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The opening handshake of a WebSocket (RFC 6455, section 4.2). When it is over, {@link WebSocketFrames} takes its place. */
final class WebSocketUpgrade extends ChannelInboundHandlerAdapter {

    private static final int LONGEST_LINE = 4_096;
    private static final int LARGEST_HEADERS = 8_192;
    private static final int KEY_BYTES = 16;
    private static final String VERSION = "13";
    private static final String SUFFIX_OF_KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // as in the RFC

    /** In the order in which they are preferred; clients of MQTT 3.1 may know the second only. */
    private static final List<String> SUB_PROTOCOLS = List.of("mqtt", "mqttv3.1");

    private final String path;
    private final HttpServerCodec http;
    private final ConnectionHandler connection;
    private @Nullable FullHttpResponse consent;
    private boolean refused;

    WebSocketUpgrade(String path, HttpServerCodec http, ConnectionHandler connection) {
        this.path = path;
        this.http = http;
        this.connection = connection;
    }

    /** Returns a codec for the handshake that reads no more than it takes. */
    static HttpServerCodec http() {
        return new HttpServerCodec(
                new HttpDecoderConfig().setMaxInitialLineLength(LONGEST_LINE).setMaxHeaderSize(LARGEST_HEADERS));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (refused) {
                return;
            }
            if (message instanceof HttpRequest request) {
                examine(context, request);
            }
            FullHttpResponse response = consent;
            if (message instanceof LastHttpContent && response != null) {
                upgrade(context, response);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void upgrade(ChannelHandlerContext context, FullHttpResponse response) {
        context.pipeline().addAfter(context.name(), null, new WebSocketFrames(connection));
        context.writeAndFlush(response);
        context.pipeline().remove(this);
        context.pipeline().remove(http); // hands over what came behind the request
    }

    private void examine(ChannelHandlerContext context, HttpRequest request) {
        HttpHeaders headers = request.headers();
        String key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "").trim();
        String subProtocol = subProtocol(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL));
        if (request.decoderResult().isFailure()) {
            boolean tooLong = request.decoderResult().cause() instanceof TooLongFrameException;
            HttpResponseStatus status =
                    tooLong ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE : HttpResponseStatus.BAD_REQUEST;
            refuse(context, status, tooLong ? "the request is too long" : "this is no HTTP request");
        } else if (!pathOf(request).equals(path)) {
            refuse(context, HttpResponseStatus.NOT_FOUND, "there is nothing at this path");
        } else if (!request.method().equals(HttpMethod.GET)
                || HttpUtil.isTransferEncodingChunked(request)
                || HttpUtil.getContentLength(request, 0L) > 0) {
            refuse(context, HttpResponseStatus.BAD_REQUEST, "a WebSocket begins with a GET request without a body");
        } else if (!headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                || !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
            refuse(context, HttpResponseStatus.UPGRADE_REQUIRED, "only WebSockets are served here");
        } else if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            refuse(context, HttpResponseStatus.UPGRADE_REQUIRED, "only version 13 of WebSocket is spoken here");
        } else if (!isKey(key)) {
            refuse(context, HttpResponseStatus.BAD_REQUEST, "Sec-WebSocket-Key is not as it should be");
        } else if (subProtocol == null) {
            refuse(context, HttpResponseStatus.BAD_REQUEST, "the sub-protocol must be mqtt");
        } else {
            consent = consent(key, subProtocol);
        }
    }

    private static String pathOf(HttpRequest request) {
        int query = request.uri().indexOf('?');
        return query < 0 ? request.uri() : request.uri().substring(0, query);
    }

    private static @Nullable String subProtocol(List<String> offers) {
        List<String> offered = offers.stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::trim)
                .toList();
        return SUB_PROTOCOLS.stream().filter(offered::contains).findFirst().orElse(null);
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static FullHttpResponse consent(String key, String subProtocol) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        response.headers()
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(key))
                .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, subProtocol); // [MQTT-6.0.0-4] [MQTT-6.0.0-4 of 3.1.1]
        return response;
    }

    private static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] digest = sha1.digest((key + SUFFIX_OF_KEY).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private void refuse(ChannelHandlerContext context, HttpResponseStatus status, String reason) {
        refused = true;
        ByteBuf body = ByteBufUtil.writeUtf8(context.alloc(), reason + "\n");
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers()
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
        }
        context.writeAndFlush(response);
        connection.broken(ReasonCode.PROTOCOL_ERROR, "the WebSocket handshake failed: " + reason);
    }
}
