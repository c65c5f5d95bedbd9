package io.zanzara.moquette.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Listener;
import io.zanzara.access.Tls;
import io.zanzara.moquette.access.TlsContext;
import io.zanzara.moquette.server.ZanzaraServer;
import io.zanzara.store.memory.MemoryStore;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who replaces a listener's certificates has not said that clients need none of their own. */
class StrictTlsTest {

    private static SSLEngine engine(boolean needs, boolean wants) {
        SslContext context = TestTls.server().initSSLContext();
        SSLEngine engine = context.newEngine(ByteBufAllocator.DEFAULT);
        if (wants) {
            engine.setWantClientAuth(true);
        }
        if (needs) {
            engine.setNeedClientAuth(true);
        }
        return engine;
    }

    @ParameterizedTest
    @CsvSource({
        // given needs, given wants, replaced needs, replaced wants, needs in the end, wants in the end
        "false, false, true, false, true, false",
        "false, false, false, true, false, true",
        "false, true, true, false, true, false",
        "true, false, false, true, true, false",
        "true, false, false, false, true, false",
        "false, true, false, false, false, true",
        "false, false, false, false, false, false",
    })
    void theStricterHolds(
            boolean givenNeeds,
            boolean givenWants,
            boolean replacedNeeds,
            boolean replacedWants,
            boolean needs,
            boolean wants) {
        Tls given = new Tls(() -> engine(givenNeeds, givenWants), false);
        Tls replaced = new Tls(() -> engine(replacedNeeds, replacedWants), true);
        Tls strict = TlsContext.asStrict(given, replaced);
        assertThat(strict.userNameFromCertificate()).isTrue();
        assertThat(strict.engines().get().getNeedClientAuth()).isEqualTo(needs);
        assertThat(strict.engines().get().getWantClientAuth()).isEqualTo(wants);
    }

    @Test
    void aListenerForCertificatesAloneStaysOne() throws Exception {
        ZanzaraServer server = new ZanzaraServer();
        Listener listener = Listener.tls("127.0.0.1", 0, new Tls(() -> engine(false, true), true));
        server.startServer(
                BrokerConfig.of(new MemoryStore()).withListeners(List.of(listener)),
                List.of(),
                TestTls.server(),
                null,
                null);
        try (MqttClient client =
                new MqttClient("ssl://127.0.0.1:" + server.getSslPort(), "nobody", new MemoryPersistence())) {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setSocketFactory(TestTls.client(false));
            options.setHttpsHostnameVerificationEnabled(false);
            assertThatThrownBy(() -> client.connect(options))
                    .isInstanceOfSatisfying(
                            MqttException.class,
                            refused -> assertThat(refused.getReasonCode())
                                    .isEqualTo(MqttException.REASON_CODE_NOT_AUTHORIZED));
        } finally {
            server.stopServer();
        }
    }
}
