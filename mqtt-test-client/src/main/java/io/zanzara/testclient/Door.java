package io.zanzara.testclient;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a client connects on this machine.
 *
 * @param from the address to connect from, or null for any
 * @param tls what to speak TLS with, or null for none
 * @param path of the WebSocket, or null for none
 * @param protocols versions of TLS to offer; none for the context's own
 */
public record Door(
        int port,
        @Nullable InetAddress from,
        @Nullable SSLContext tls,
        @Nullable String path,
        String... protocols) {

    private static final int PATIENCE_MILLIS = 20_000;

    public static Door tcp(int port) {
        return new Door(port, null, null, null);
    }

    public static Door tls(int port, SSLContext context, String... protocols) {
        return new Door(port, null, context, null, protocols);
    }

    /** Returns the same from another address of this machine, such as 127.0.0.2. */
    public Door from(String address) throws IOException {
        return new Door(port, InetAddress.getByName(address), tls, path, protocols);
    }

    /** Returns the same with a WebSocket at a path. */
    public Door webSocket(String webSocketPath) {
        return new Door(port, from, tls, webSocketPath, protocols);
    }

    /** Opens the socket; over TLS, after the handshake, but without that of a WebSocket. */
    public Socket open() throws IOException {
        Socket socket = new Socket();
        try {
            if (from != null) {
                socket.bind(new InetSocketAddress(from, 0));
            }
            socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return tls == null ? socket : encrypted(socket, tls);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private SSLSocket encrypted(Socket socket, SSLContext context) throws IOException {
        SSLSocket encrypted = (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", port, true);
        if (protocols.length > 0) {
            encrypted.setEnabledProtocols(protocols);
        }
        SSLParameters parameters = encrypted.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        encrypted.setSSLParameters(parameters);
        encrypted.startHandshake();
        return encrypted;
    }
}
