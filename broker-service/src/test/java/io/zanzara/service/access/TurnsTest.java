package io.zanzara.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

final class TurnsTest {

    private final List<String> done = new ArrayList<>();
    private final Turns turns = new Turns(8, 4);

    private Turns.Place add(String address) {
        return turns.add(address, () -> done.add(address));
    }

    private void all(int count) {
        for (int i = 0; i < count; i++) {
            turns.next().run();
        }
        assertThatThrownBy(turns::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void addressesTakeTurnsAndEachKeepsItsOrder() {
        List.of("a:1", "a:2", "a:3", "b:1", "b:2", "c:1").forEach(this::add);
        all(6);
        assertThat(done).containsExactly("a:1", "b:1", "c:1", "a:2", "b:2", "a:3");
    }

    @Test
    void placesAreBoundedForAnAddressAndInAllAndComeBack() {
        List.of("a:1", "a:2", "a:3", "a:4")
                .forEach(each -> assertThat(add(each)).isEqualTo(Turns.Place.TAKEN));
        assertThat(add("a:5")).isEqualTo(Turns.Place.NONE_FOR_THE_ADDRESS);
        List.of("b:1", "b:2", "c:1", "d:1")
                .forEach(each -> assertThat(add(each)).isEqualTo(Turns.Place.TAKEN));
        assertThat(add("e:1")).isEqualTo(Turns.Place.NONE);
        turns.next().run();
        assertThat(add("a:6")).isEqualTo(Turns.Place.TAKEN);
        all(8);
    }

    @Test
    void anIpv6NetworkIsOneAddress() {
        List.of(
                        "2001:db8:0:1:0:0:0:1:500",
                        "2001:db8:0:1:0:0:0:2:500",
                        "2001:db8:0:1:5:0:0:1:7",
                        "2001:db8:0:1:9:0:0:1:7")
                .forEach(each -> assertThat(add(each)).isEqualTo(Turns.Place.TAKEN));
        assertThat(add("2001:db8:0:1:f:f:f:f:500")).isEqualTo(Turns.Place.NONE_FOR_THE_ADDRESS);
        assertThat(add("2001:db8:0:2:0:0:0:1:500")).isEqualTo(Turns.Place.TAKEN);
    }
}
