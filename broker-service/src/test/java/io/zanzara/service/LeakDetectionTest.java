package io.zanzara.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Netty follows buffers only if the user asks for it. */
class LeakDetectionTest {

    private final String before = System.getProperty(BrokerApplication.LEAK_DETECTION, "");

    @BeforeEach
    void nobodyAsks() {
        System.clearProperty(BrokerApplication.LEAK_DETECTION);
    }

    @AfterEach
    void restore() {
        System.clearProperty(BrokerApplication.OLD_LEAK_DETECTION);
        if (before.isEmpty()) {
            System.clearProperty(BrokerApplication.LEAK_DETECTION);
        } else {
            System.setProperty(BrokerApplication.LEAK_DETECTION, before);
        }
    }

    @Test
    void itIsOffByItself() {
        BrokerApplication.leaveBuffersAlone();
        assertThat(System.getProperty(BrokerApplication.LEAK_DETECTION)).isEqualTo("disabled");
    }

    @Test
    void whoAsksForItGetsIt() {
        System.setProperty(BrokerApplication.LEAK_DETECTION, "paranoid");
        BrokerApplication.leaveBuffersAlone();
        assertThat(System.getProperty(BrokerApplication.LEAK_DETECTION)).isEqualTo("paranoid");
    }

    @Test
    void alsoByItsOlderName() {
        System.setProperty(BrokerApplication.OLD_LEAK_DETECTION, "simple");
        BrokerApplication.leaveBuffersAlone();
        assertThat(System.getProperty(BrokerApplication.LEAK_DETECTION)).isNull();
    }
}
