package io.zanzara.publisher;

/** The connection to the broker as {@link Delivery} sees it, the same for both versions of MQTT. */
interface BrokerLink {

    /** Hears of the connection's fate, on threads of the MQTT client. */
    interface Listener {

        void acknowledged();

        void refused(String reason);

        void connectionLost();
    }

    void reportTo(Listener listener);

    boolean isConnected();

    /** Makes one attempt to connect, and returns when it is over. */
    void connect();

    /** Whether the client still holds a message without acknowledgement, and so sends it again on a new connection. */
    boolean holdsMessage();
}
