package io.zanzara.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.zanzara.codec.Malformed;
import io.zanzara.codec.Packet;
import io.zanzara.codec.PacketReader;
import io.zanzara.testclient.Packets;
import org.jspecify.annotations.Nullable;

/** What finds packets in the bytes of one connection. */
interface Decoder {

    /** Returns the next packet, or null if it is not whole; see {@link PacketReader#read}. */
    @Nullable
    Packet read(ByteBuf in) throws Malformed;

    /** Makes a decoder for each connection. */
    interface Maker {

        /**
         * Makes one.
         *
         * @param server whether it reads what clients send
         * @param level the protocol level that an earlier CONNECT has settled, or 0 if there was none
         */
        Decoder at(boolean server, int level);
    }

    /** The broker's own. */
    static Decoder own(boolean server, int level, int maxPacketBytes) {
        return (server ? reader(level, maxPacketBytes) : PacketReader.forClient(level, maxPacketBytes))::read;
    }

    private static PacketReader reader(int level, int maxPacketBytes) {
        PacketReader reader = new PacketReader(maxPacketBytes);
        if (level > 0) {
            byte[] connect = new Packets(level).connect(Packets.Connect.clean("c"));
            try {
                reader.read(Unpooled.wrappedBuffer(connect));
            } catch (Malformed e) {
                throw new IllegalStateException("the plainest CONNECT is refused", e);
            }
        }
        return reader;
    }
}
