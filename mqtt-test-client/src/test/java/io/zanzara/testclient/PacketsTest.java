package io.zanzara.testclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PacketsTest {

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void writesConnect() {
        assertThat(hex(Packets.MQTT_3_1_1.connect(Packets.Connect.clean("a").keepAlive(5))))
                .isEqualTo("100d" + "00044d515454" + "04" + "02" + "0005" + "000161");
        assertThat(hex(Packets.MQTT_5.connect(Packets.Connect.persistent("a").window(3))))
                .isEqualTo("1016" + "00044d515454" + "05" + "00" + "0000" + "08" + "11ffffffff" + "210003" + "000161");
    }

    @Test
    void writesAWill() {
        Packets.Connect options = Packets.Connect.clean("a").withWill(new Packets.Will("w", "gone", 1, true, 2));
        assertThat(hex(Packets.MQTT_5.connect(options)))
                .isEqualTo("101d" + "00044d515454" + "05" + "2e" + "0000" + "00" + "000161" + "051800000002" + "000177"
                        + "0004676f6e65");
    }

    @Test
    void writesPublishAndLongLengths() {
        assertThat(hex(Packets.MQTT_3_1_1.publish("t", "x", 1, 258))).isEqualTo("3206" + "000174" + "0102" + "78");
        assertThat(hex(Packets.MQTT_5.publish("t", "x", 2, 258))).isEqualTo("3407" + "000174" + "0102" + "00" + "78");
        byte[] large = Packets.MQTT_3_1_1.publish("t", new byte[200], 0, true, false, 0);
        assertThat(hex(large)).startsWith("31cb01" + "000174");
        assertThat(large).hasSize(206);
    }
}
