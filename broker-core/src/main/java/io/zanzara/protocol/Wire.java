package io.zanzara.protocol;

import io.zanzara.access.Listener;
import io.zanzara.codec.Packet;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.session.Loop;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/** One connection's bytes, as the protocol needs them; implemented by the transport. Called on {@link #loop()} only. */
public interface Wire {

    Loop loop();

    /** Returns the peer's network address. */
    String address();

    /** Returns the listener the peer came through. */
    Listener listener();

    /** Returns the peer's certificate, verified in the TLS handshake, or null if it has shown none. */
    @Nullable
    X509Certificate certificate();

    /** Sets what CONNECT has settled. */
    void negotiated(int protocolLevel, long maximumPacketSize, int keepAliveSeconds);

    /** CONNACK with success was sent: the client has a session. */
    void connected();

    /**
     * Sends a packet with the others of this turn.
     *
     * @return false if it is too large for the peer; nothing was sent then
     */
    boolean send(Packet packet);

    /**
     * Sends a PUBLISH with the others of this turn.
     *
     * @param topic the topic's name as it is sent: empty where the alias stands for it
     * @param topicAlias 0 for none
     * @param expirySeconds what is left of its time, or -1 if it does not expire
     * @return false if it is too large for the peer
     */
    boolean sendPublish(
            Publication publication,
            Qos qos,
            boolean dup,
            boolean retain,
            int packetIdentifier,
            String topic,
            int topicAlias,
            long expirySeconds,
            int[] subscriptionIdentifiers);

    boolean isWritable();

    boolean isOverflowing();

    void pauseReading(boolean pause);

    /** Closes the connection when what was sent is out. */
    void close();
}
