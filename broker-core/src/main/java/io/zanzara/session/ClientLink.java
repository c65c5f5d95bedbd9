package io.zanzara.session;

import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import java.util.List;

/**
 * The way from a session to its client, for one connection. Called on {@link #loop()} only. What is sent in one turn of the loop leaves
 * together.
 */
public interface ClientLink {

    Loop loop();

    /** Returns the client's network address. */
    String address();

    /** Answers CONNECT with success; always the first packet out. */
    void connected(boolean sessionPresent, long sessionExpirySeconds);

    /** Answers CONNECT with a refusal and closes. */
    void refuse(ReasonCode reasonCode, String reason);

    /**
     * Sends a PUBLISH.
     *
     * @param packetIdentifier 1 to 65,535, or 0 at QoS 0
     * @return false if it is larger than the client accepts; nothing was sent then
     */
    boolean publish(
            Publication publication,
            Qos qos,
            boolean dup,
            boolean retain,
            int packetIdentifier,
            int[] subscriptionIdentifiers);

    void pubAck(int packetIdentifier, ReasonCode reasonCode);

    void pubRec(int packetIdentifier, ReasonCode reasonCode);

    void pubRel(int packetIdentifier, ReasonCode reasonCode);

    void pubComp(int packetIdentifier, ReasonCode reasonCode);

    void subAck(int packetIdentifier, List<ReasonCode> reasonCodes);

    void unsubAck(int packetIdentifier, List<ReasonCode> reasonCodes);

    /** Whether what is sent goes out soon; if not, {@link Session#writable} will be called when it does. */
    boolean isWritable();

    /** Whether so much waits for the client to read that a QoS 0 message is better dropped. */
    boolean isOverflowing();

    /** Stops or resumes reading from the client. */
    void pauseReading(boolean pause);

    /** Says why (DISCONNECT, where the version has it) and closes the connection. */
    void close(ReasonCode reasonCode, String reason);
}
