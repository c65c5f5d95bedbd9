package io.zanzara.benchmarks.load;

import java.nio.ByteBuffer;

/** What a client does with messages once it is connected. */
interface Traffic {

    /** For a client that only is there. */
    Traffic NONE = new Traffic() {
        @Override
        public void onPublish(int qos, boolean duplicate, int packetId, ByteBuffer in, int at, int length) {}

        @Override
        public void onAcknowledgement(int type, int packetId) {}
    };

    /** A message has come; see {@link PacketHandler#onPublish}. */
    void onPublish(int qos, boolean duplicate, int packetId, ByteBuffer in, int payloadAt, int payloadLength);

    /** See {@link PacketHandler#onAcknowledgement}. */
    void onAcknowledgement(int type, int packetId);
}
