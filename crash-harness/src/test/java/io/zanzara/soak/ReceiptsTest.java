package io.zanzara.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReceiptsTest {

    private static final String TOPIC = "a/b";

    private final Ledger ledger = new Ledger(
            List.of(new Ledger.Stream("publisher", TOPIC, false), new Ledger.Stream("publisher", "other", false)));
    private final Findings findings = new Findings();

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            ledger.acknowledge(ledger.next(0));
        }
    }

    private Receipts queue(int qos, boolean shared) {
        return new Receipts("queue", ledger, qos, shared, findings);
    }

    private static void receive(Receipts.Reader reader, int... numbers) {
        for (int number : numbers) {
            reader.received(new Message(0, number), TOPIC);
        }
    }

    @Test
    void allInOrderIsGood() {
        publish(4);
        Receipts queue = queue(2, false);

        receive(queue.reader("client"), 0, 1, 2, 3);
        queue.reportMissing();

        assertThat(findings.total()).isZero();
        assertThat(queue.isComplete()).isTrue();
        assertThat(queue.total()).isEqualTo(4);
    }

    @Test
    void anAcknowledgedMessageThatDoesNotComeIsLost() {
        publish(4);
        Receipts queue = queue(1, false);

        receive(queue.reader("client"), 0, 1, 3);
        queue.reportMissing();

        assertThat(queue.isComplete()).isFalse();
        assertThat(queue.hasLasts()).isTrue();
        assertThat(findings.count(Fault.LOST)).isEqualTo(1);
        assertThat(findings.kept().get(0).message()).isEqualTo(new Message(0, 2));
    }

    @Test
    void anUnacknowledgedMessageMayComeOrNot() {
        publish(1);
        ledger.next(0);
        Receipts with = queue(2, false);
        Receipts without = queue(2, false);

        receive(with.reader("client"), 0, 1);
        receive(without.reader("client"), 0);
        with.reportMissing();
        without.reportMissing();

        assertThat(findings.total()).isZero();
    }

    @Test
    void aMessageThatNobodySentIsReported() {
        publish(2);
        Receipts.Reader reader = queue(1, false).reader("client");

        receive(reader, 2);
        reader.received(new Message(0, 0), "other");
        reader.received(new Message(7, 0), TOPIC);
        reader.received(new Message(0, -1), TOPIC);

        assertThat(findings.count(Fault.NEVER_SENT)).isEqualTo(4);
    }

    @Test
    void aSecondDeliveryIsCountedAtQos1AndWrongAtQos2() {
        publish(3);
        Receipts first = queue(1, false);
        Receipts second = queue(2, false);

        receive(first.reader("client"), 0, 1, 0, 1, 2);
        assertThat(findings.total()).isZero();
        assertThat(first.repeated()).isEqualTo(2);

        receive(second.reader("client"), 0, 1, 1, 2);
        assertThat(findings.count(Fault.DUPLICATED)).isEqualTo(1);
        assertThat(findings.count(Fault.OUT_OF_ORDER)).isZero();
    }

    @Test
    void aFirstDeliveryAfterALaterOneIsOutOfOrder() {
        publish(4);

        receive(queue(1, false).reader("client"), 0, 2, 1, 3);

        assertThat(findings.count(Fault.OUT_OF_ORDER)).isEqualTo(1);
    }

    @Test
    void aNewConnectionExcusesNothingForASession() {
        publish(4);
        Receipts.Reader reader = queue(1, false).reader("client");

        receive(reader, 0, 2);
        reader.departs();
        reader.connected();
        receive(reader, 1, 3);

        assertThat(findings.count(Fault.OUT_OF_ORDER)).isEqualTo(1);
    }

    @Test
    void membersShareWhatThereIsEachInOrder() {
        publish(4);
        Receipts queue = queue(2, true);
        Receipts.Reader one = queue.reader("one");
        Receipts.Reader two = queue.reader("two");

        receive(one, 2, 3);
        receive(two, 0, 1);
        assertThat(findings.total()).isZero();
        assertThat(queue.isComplete()).isTrue();

        receive(two, 3);
        assertThat(findings.count(Fault.DUPLICATED)).as("over all members").isEqualTo(1);
    }

    @Test
    void atQos1OrderOfAMemberBeginsAnewWithItsConnectionAtQos2ItDoesNot() {
        publish(4);
        Receipts.Reader one = queue(1, true).reader("one");
        Receipts.Reader two = queue(2, true).reader("two");

        for (Receipts.Reader reader : List.of(one, two)) {
            receive(reader, 2);
            reader.connected();
            receive(reader, 1);
        }

        assertThat(findings.count(Fault.OUT_OF_ORDER)).isEqualTo(1);
        assertThat(findings.kept().get(0).who()).isEqualTo("two");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void onlyWhatWasMeantForAMemberThatWentComesLate(int qos) {
        publish(4);
        Receipts queue = queue(qos, true);
        Receipts.Reader stays = queue.reader("stays");
        Receipts.Reader goes = queue.reader("goes");

        receive(stays, 2);
        goes.departs();
        receive(stays, 1);
        goes.connected();
        receive(stays, 3, 0);
        assertThat(findings.total()).isZero();

        publish(3);
        receive(stays, 6, 5);
        assertThat(findings.count(Fault.OUT_OF_ORDER)).isEqualTo(1);
    }
}
