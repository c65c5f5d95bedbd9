package io.zanzara.fuzz;

import io.zanzara.codec.Packet;

/** Decides what one connection sends. Called on one thread. */
interface FuzzClient {

    /** Where what it sends goes. */
    interface Out {

        /** Sends one packet, or what looks like one; returns false if nothing that follows would be read. */
        boolean send(byte[] packet);
    }

    /**
     * Sends the next packets. After them the connection asks for a sign of life, and calls again when it has it.
     *
     * @return false if this was all: the client closes, with or without DISCONNECT
     */
    boolean sendMore(Out out);

    /** Answers what came from the broker. */
    void received(Packet packet, Out out);
}
