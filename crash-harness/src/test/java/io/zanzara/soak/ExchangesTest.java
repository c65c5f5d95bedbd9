package io.zanzara.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Both halves of a client's session state. */
final class ExchangesTest {

    private final Sending sending = new Sending();
    private final Receiving receiving = new Receiving();

    @Test
    void whatIsNotAcknowledgedIsSentAgainInOrderUnderItsIdentifier() {
        for (int number = 0; number < 4; number++) {
            sending.begin(new Message(0, number));
        }
        sending.received(1);
        sending.complete(2);

        assertThat(sending.open())
                .extracting(exchange -> exchange.packetIdentifier + ":" + exchange.message.number() + exchange.received)
                .containsExactly("1:0true", "3:2false", "4:3false");
    }

    @Test
    void anIdentifierInUseIsPassedBy() {
        sending.begin(new Message(0, 0));
        for (int number = 1; number < 65_535; number++) {
            sending.complete(sending.begin(new Message(0, number)).packetIdentifier);
        }

        assertThat(sending.begin(new Message(0, 65_535)).packetIdentifier).isEqualTo(2);
    }

    @Test
    void anAcknowledgementOfNothingIsNoticed() {
        sending.begin(new Message(0, 0));
        sending.complete(1);

        assertThat(sending.complete(1)).isNull();
        assertThat(sending.received(1)).isNull();
    }

    @Test
    void untilPubrelAnIdentifierMeansOneMessage() {
        Message message = new Message(0, 5);

        assertThat(receiving.publish(7, message)).isNull();
        assertThat(receiving.publish(7, message)).isEqualTo(message);
        assertThat(receiving.release(7)).isEqualTo(message);
        assertThat(receiving.release(7)).isNull();
        assertThat(receiving.publish(7, new Message(0, 6))).isNull();
    }

    @Test
    void aPayloadSaysWhichMessageItIs() {
        Message message = new Message(9, 123_456);
        byte[] payload = message.payload();

        assertThat(Message.of(payload)).isEqualTo(message);
        payload[50]++;
        assertThat(Message.of(payload)).isNull();
        assertThat(Message.of(new byte[0])).isNull();
        assertThat(Objects.requireNonNull(Message.of(new Message(9, 123_457).payload())))
                .isNotEqualTo(message);
    }
}
