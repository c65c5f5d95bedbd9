package io.zanzara.fuzz;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.zanzara.codec.Malformed;
import io.zanzara.codec.Packet;
import io.zanzara.codec.PacketWriter;
import io.zanzara.fuzz.Corpus.Seed;
import io.zanzara.fuzz.Findings.Kind;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The decoder alone: gives it bytes and checks that it returns a packet, null or Malformed, takes exactly the packet's bytes, is not impressed by
 * what follows, makes no more objects than the bytes are worth, keeps no buffer, and that what it returns survives being written and read.
 */
final class DecoderTarget {

    /** A packet's fields as objects: an empty topic filter of three bytes becomes an entry of a list, each property has room for all. */
    private static final int OBJECTS_FOR_A_BYTE = 64;

    private static final int OBJECTS_FOR_A_PACKET = 8_192;
    private static final int ONE_POOLED_IN = 8;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Decoder.Maker decoders;
    private final Findings findings;
    private final Outcomes outcomes;
    private long streams;
    private long packets;

    DecoderTarget(Decoder.Maker decoders, Findings findings, Outcomes outcomes) {
        this.decoders = decoders;
        this.findings = findings;
        this.outcomes = outcomes;
    }

    /** Packets read or refused so far; what stood behind one that was refused is not counted. */
    long packets() {
        return packets;
    }

    /** Reads all that is in the bytes of one connection; returns whether nothing was found. */
    boolean accept(Seed stream) {
        byte[] bytes = stream.bytes();
        // the leak detector, which follows buffers of a pool, makes objects of its own: they would be counted as the
        // decoder's
        boolean pooled = ++streams % ONE_POOLED_IN == 0;
        ByteBuf in = pooled
                ? PooledByteBufAllocator.DEFAULT
                        .directBuffer(bytes.length, bytes.length)
                        .writeBytes(bytes)
                : Unpooled.wrappedBuffer(bytes).asReadOnly();
        boolean good;
        try {
            good = readAll(stream, in, !pooled);
        } catch (RuntimeException | Error e) {
            good = found(Kind.EXCEPTION, stream, e.toString());
        }
        if (in.refCnt() != 1) {
            good = found(Kind.LEAK, stream, "the buffer is held " + in.refCnt() + " times");
        }
        in.release(in.refCnt());
        return good;
    }

    private boolean readAll(Seed stream, ByteBuf in, boolean measured) {
        Decoder decoder = decoders.at(stream.fromClient(), stream.level());
        int level = stream.level();
        while (in.isReadable()) {
            int start = in.readerIndex();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            Packet packet;
            try {
                packet = decoder.read(in);
            } catch (Malformed malformed) {
                packets++;
                outcomes.count("refused " + malformed.reasonCode());
                return in.readerIndex() == start || found(Kind.READS_BEYOND, stream, "Malformed moved the index");
            }
            long objects = THREADS.getCurrentThreadAllocatedBytes() - before;
            int taken = in.readerIndex() - start;
            if (measured && isTooMuch(objects, taken) && isTooMuch(objectsAgain(stream, level, start), taken)) {
                return found(Kind.TOO_MUCH_MEMORY, stream, objects + " bytes of objects for " + taken + " bytes");
            }
            if (packet == null) {
                outcomes.count("not whole");
                return taken == 0 || found(Kind.READS_BEYOND, stream, "null, but the index moved by " + taken);
            }
            packets++;
            outcomes.count("read " + packet.getClass().getSimpleName().toUpperCase(java.util.Locale.ROOT));
            if (!check(stream, level, start, taken, packet)) {
                return false;
            }
            level = packet instanceof Packet.Connect connect ? connect.protocolLevel() : level;
        }
        return true;
    }

    private static boolean isTooMuch(long objects, int taken) {
        return objects > OBJECTS_FOR_A_PACKET + (long) OBJECTS_FOR_A_BYTE * Math.max(0, taken);
    }

    /** Measures once more: the first time there may have been classes to load. */
    private long objectsAgain(Seed stream, int level, int start) {
        Decoder decoder = decoders.at(stream.fromClient(), level);
        ByteBuf in = Unpooled.wrappedBuffer(stream.bytes(), start, stream.bytes().length - start);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            decoder.read(in);
        } catch (Malformed e) {
            return 0;
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private boolean check(Seed stream, int level, int start, int taken, Packet packet) {
        int length = lengthAt(stream.bytes(), start);
        if (taken != length) {
            return found(Kind.READS_BEYOND, stream, taken + " bytes taken for a packet of " + length);
        }
        byte[] alone = Arrays.copyOfRange(stream.bytes(), start, start + taken);
        if (!Alike.alike(packet, reread(stream.fromClient(), level, Unpooled.wrappedBuffer(alone)))) {
            return found(Kind.READS_BEYOND, stream, "what follows it changes " + packet);
        }
        return !isSpoken(packet) || survives(stream, level, packet);
    }

    private boolean survives(Seed stream, int level, Packet packet) {
        ByteBuf out = Unpooled.buffer();
        PacketWriter writer = stream.fromClient() ? PacketWriter.forClient(level, -1) : new PacketWriter(level, -1);
        int written = writer.write(packet, out);
        if (written != out.readableBytes()) {
            return found(Kind.ROUND_TRIP, stream, "written " + written + ", in fact " + out.readableBytes());
        }
        Packet again = reread(stream.fromClient(), level, out);
        return Alike.alike(packet, again) || found(Kind.ROUND_TRIP, stream, packet + " came back as " + again);
    }

    private @Nullable Packet reread(boolean server, int level, ByteBuf in) {
        try {
            return decoders.at(server, level).read(in);
        } catch (Malformed e) {
            return null;
        }
    }

    /** Of a CONNECT at an unknown level only the level is read; nobody writes such. */
    private static boolean isSpoken(Packet packet) {
        return !(packet instanceof Packet.Connect connect)
                || connect.protocolLevel() >= 3 && connect.protocolLevel() <= 5;
    }

    /** Returns what the fixed header says, read once more without the broker's code. */
    private static int lengthAt(byte[] bytes, int start) {
        int length = 0;
        int at = start;
        int shift = 0;
        do {
            at++;
            length |= (bytes[at] & 0x7F) << shift;
            shift += 7;
        } while (bytes[at] < 0);
        return at + 1 - start + length;
    }

    private boolean found(Kind kind, Seed stream, String detail) {
        findings.add(
                kind,
                detail + "; " + Journal.decoderLine(stream.fromClient(), stream.level(), stream.bytes()) + " ("
                        + HexFormat.of().formatHex(stream.bytes(), 0, Math.min(8, stream.bytes().length)) + "...)");
        return false;
    }
}
