package io.zanzara.message;

/** A name-value pair of MQTT 5.0; names may repeat and the order counts [MQTT-3.3.2-18]. */
public record UserProperty(String name, String value) {}
