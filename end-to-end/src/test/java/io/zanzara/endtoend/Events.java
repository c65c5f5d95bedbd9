package io.zanzara.endtoend;

/** What the broker prints when something happens, as patterns for whole lines. */
final class Events {

    private Events() {}

    static String connected(String client) {
        return line("clientConnected", client);
    }

    static String disconnected(String client) {
        return line("clientDisconnected", client);
    }

    static String subscribed(String client) {
        return line("subscribed", client);
    }

    static String delivered(String client) {
        return line("delivered", client);
    }

    static String published(String client) {
        return line("published", client);
    }

    private static String line(String event, String client) {
        return ".*\\b" + event + "\\b.*\\b" + client + "\\b.*";
    }
}
