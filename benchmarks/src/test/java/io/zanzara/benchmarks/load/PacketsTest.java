package io.zanzara.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketsTest {

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private final Recorder recorder = new Recorder();

    private String written() {
        byte[] bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(UTF_8));
    }

    @Test
    void connectIsAsTheStandardDrawsIt() {
        Packets.connect(buffer, "me", false);
        assertThat(written()).isEqualTo("10" + "0e" + "0004" + hex("MQTT") + "04" + "00" + "0000" + "0002" + hex("me"));
        buffer.clear();
        Packets.connect(buffer, "me", true);
        assertThat(written()).contains("0402" + "0000");
    }

    @Test
    void subscribeIsAsTheStandardDrawsIt() {
        Packets.subscribe(buffer, 10, "a/b", 1);
        assertThat(written()).isEqualTo("82" + "08" + "000a" + "0003" + hex("a/b") + "01");
    }

    @Test
    void acknowledgementsAreAsTheStandardDrawsThem() {
        Packets.acknowledgement(buffer, Packets.PUBACK, 1);
        Packets.acknowledgement(buffer, Packets.PUBREC, 0xFFFF);
        Packets.acknowledgement(buffer, Packets.PUBREL, 2);
        Packets.acknowledgement(buffer, Packets.PUBCOMP, 3);
        Packets.disconnect(buffer);
        assertThat(written()).isEqualTo("40020001" + "5002ffff" + "62020002" + "70020003" + "e000");
    }

    @Test
    void publishIsAsTheStandardDrawsIt() {
        new PublishTemplate("a/b", 1, 20, 7).write(buffer, 0x1234, 5, 6);
        assertThat(written())
                .isEqualTo("32" + "1b" + "0003" + hex("a/b") + "1234" + "0000000000000005" + "0000000000000006"
                        + "00000007");
        buffer.clear();
        new PublishTemplate("a/b", 0, 20, 7).write(buffer, 0, 5, 6);
        assertThat(written()).startsWith("30" + "19" + "0003" + hex("a/b") + "0000000000000005");
    }

    @Test
    void aPayloadHasRoomForItsStamp() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PublishTemplate("a", 0, 19, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 127, 128, 200, 16_383, 16_400})
    void whatIsWrittenIsReadWhereverTheBytesAreCut(int payload) throws Exception {
        new PublishTemplate("topic", 2, payload, 3).write(buffer, 9, 4, 8);
        Packets.acknowledgement(buffer, Packets.PUBREL, 77);
        buffer.put(HexFormat.of().parseHex("20020005" + "9003000101" + "d000" + "b0020001"));
        List<String> expected = List.of(
                "publish 2 false 9 sequence 4 time 8 publisher 3 length " + payload, "6 77", "connack 5", "suback 1");
        byte[] all = new byte[buffer.position()];
        buffer.get(0, all);
        int step = Math.max(1, all.length / 200);
        for (int cut = 0; cut <= all.length; cut += step) {
            recorder.seen.clear();
            ByteBuffer in = ByteBuffer.allocate(all.length);
            in.put(all, 0, cut).flip();
            PacketScanner.scan(in, recorder);
            in.compact().put(all, cut, all.length - cut).flip();
            PacketScanner.scan(in, recorder);
            assertThat(in.remaining()).as("cut at %d", cut).isZero();
            assertThat(recorder.seen).as("cut at %d", cut).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "30ffffffff01", // a length of five bytes
                "30020009", // a topic longer than the packet
                "320400026162", // no room for a packet identifier
                "4003000100", // a PUBACK of three bytes
                "2003000000", // a CONNACK of three bytes
                "9002000a", // a SUBACK for nothing
                "3001aa", // no room for a topic
                "1000", // CONNECT comes from clients
                "f000"
            })
    void whatABrokerMayNotSendIsNoticed(String bytes) {
        ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(bytes));
        assertThatThrownBy(() -> PacketScanner.scan(in, recorder)).isInstanceOf(MalformedPacketException.class);
    }

    private static final class Recorder implements PacketHandler {

        private final List<String> seen = new ArrayList<>();

        @Override
        public void onConnected() {
            seen.add("connected");
        }

        @Override
        public void onConnack(int returnCode) {
            seen.add("connack " + returnCode);
        }

        @Override
        public void onSuback(int returnCode) {
            seen.add("suback " + returnCode);
        }

        @Override
        public void onPublish(int qos, boolean duplicate, int packetId, ByteBuffer in, int at, int length) {
            seen.add("publish " + qos + " " + duplicate + " " + packetId + " sequence "
                    + PublishTemplate.sequence(in, at) + " time " + PublishTemplate.nanoTime(in, at) + " publisher "
                    + PublishTemplate.publisher(in, at) + " length " + length);
        }

        @Override
        public void onAcknowledgement(int type, int packetId) {
            seen.add(type + " " + packetId);
        }

        @Override
        public void onClosed(String reason) {
            seen.add("closed " + reason);
        }
    }
}
