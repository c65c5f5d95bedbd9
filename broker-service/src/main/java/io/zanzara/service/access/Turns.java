package io.zanzara.service.access;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;

/**
 * Work that waits, for each network address it came from: addresses take turns, so that one that sends much delays the others by one piece of work
 * each time. Bounded in all and for each address, where an IPv6 address counts as its /64 network. Thread-safe.
 */
final class Turns {

    private static final int NETWORK_GROUPS = 4;

    private final Map<String, Queue<Runnable>> waiting = new LinkedHashMap<>();
    private final int most;
    private final int mostOfAnAddress;
    private int count;

    Turns(int most, int mostOfAnAddress) {
        this.most = most;
        this.mostOfAnAddress = mostOfAnAddress;
    }

    /** What becomes of work. */
    enum Place {
        TAKEN,
        NONE_FOR_THE_ADDRESS,
        NONE
    }

    /** @param address as {@code host:port}, where an IPv6 host has all of its groups */
    synchronized Place add(String address, Runnable work) {
        if (count >= most) {
            return Place.NONE;
        }
        String network = network(address);
        Queue<Runnable> queue = waiting.get(network);
        if (queue == null) {
            queue = new ArrayDeque<>();
            waiting.put(network, queue);
        } else if (queue.size() >= mostOfAnAddress) {
            return Place.NONE_FOR_THE_ADDRESS;
        }
        queue.add(work);
        count++;
        return Place.TAKEN;
    }

    /**
     * Takes what is next out.
     *
     * @throws NoSuchElementException if nothing waits
     */
    synchronized Runnable next() {
        Iterator<Map.Entry<String, Queue<Runnable>>> networks =
                waiting.entrySet().iterator();
        Map.Entry<String, Queue<Runnable>> first = networks.next();
        String network = first.getKey();
        Queue<Runnable> queue = first.getValue();
        networks.remove();
        Runnable work = queue.remove();
        count--;
        if (!queue.isEmpty()) {
            waiting.put(network, queue); // behind all others
        }
        return work;
    }

    private static String network(String address) {
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? address : address.substring(0, colon);
        int end = -1;
        for (int group = 0; group < NETWORK_GROUPS; group++) {
            end = host.indexOf(':', end + 1);
            if (end < 0) {
                return host;
            }
        }
        return host.substring(0, end);
    }
}
