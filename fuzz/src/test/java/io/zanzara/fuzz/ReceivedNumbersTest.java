package io.zanzara.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.fuzz.Findings.Kind;
import org.junit.jupiter.api.Test;

final class ReceivedNumbersTest {

    private final Findings findings = new Findings();
    private final ReceivedNumbers numbers = new ReceivedNumbers("stream", findings);

    private void receive(int... all) {
        for (int number : all) {
            numbers.received(String.valueOf(number));
        }
    }

    @Test
    void allOnceAndInOrderIsGood() {
        receive(1, 2, 3);
        numbers.finish(3);

        assertThat(findings.isEmpty()).isTrue();
    }

    @Test
    void twiceIsSaid() {
        receive(1, 2, 2, 3);
        numbers.finish(3);

        assertThat(findings).hasToString("{BYSTANDER_TWICE=1}");
    }

    @Test
    void outOfOrderIsSaidWithoutALoss() {
        receive(1, 3, 2, 4);
        numbers.finish(4);

        assertThat(findings).hasToString("{BYSTANDER_OUT_OF_ORDER=1}");
    }

    @Test
    void aLossInTheMiddleOrAtTheEndIsSaid() {
        receive(1, 3);
        numbers.finish(3);
        assertThat(findings.count(Kind.BYSTANDER_LOST)).isEqualTo(1);

        numbers.finish(4);
        assertThat(findings.count(Kind.BYSTANDER_LOST)).isEqualTo(2);
    }

    @Test
    void whatNobodySentIsSaid() {
        numbers.received("12x");
        receive(1, 2);
        numbers.finish(1);

        assertThat(findings.count(Kind.BYSTANDER_TWICE)).isEqualTo(2);
    }
}
