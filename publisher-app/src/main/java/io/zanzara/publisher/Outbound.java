package io.zanzara.publisher;

/** The way into the integration flow: hands a message to the MQTT client, which sends it when it can. */
@FunctionalInterface
interface Outbound {

    void send(String text);
}
