package io.zanzara.benchmarks.load;

import java.nio.ByteBuffer;

/** What a connection tells of. */
interface PacketHandler {

    /** The socket is open; nothing has been sent. */
    void onConnected();

    void onConnack(int returnCode);

    void onSuback(int returnCode);

    /** The payload lies in the buffer, which is the reader's again when this returns. */
    void onPublish(int qos, boolean duplicate, int packetId, ByteBuffer in, int payloadAt, int payloadLength);

    /** PUBACK, PUBREC, PUBREL or PUBCOMP. */
    void onAcknowledgement(int type, int packetId);

    /** The connection has ended, and nobody here wanted it. */
    void onClosed(String reason);
}
