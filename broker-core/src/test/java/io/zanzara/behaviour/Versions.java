package io.zanzara.behaviour;

import io.zanzara.testclient.Packets;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Arguments of tests that hold for several versions of the protocol. */
final class Versions {

    private Versions() {}

    static Stream<Packets> all() {
        return Stream.of(Packets.MQTT_3_1, Packets.MQTT_3_1_1, Packets.MQTT_5);
    }

    /** Each version with each QoS. */
    static Stream<Arguments> withQos() {
        return all().flatMap(packets -> IntStream.rangeClosed(0, 2).mapToObj(qos -> Arguments.of(packets, qos)));
    }

    /** Each version with the QoS that are acknowledged. */
    static Stream<Arguments> withAcknowledgedQos() {
        return all().flatMap(packets -> IntStream.rangeClosed(1, 2).mapToObj(qos -> Arguments.of(packets, qos)));
    }
}
