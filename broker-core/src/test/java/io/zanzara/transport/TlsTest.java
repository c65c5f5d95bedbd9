package io.zanzara.transport;

import static io.zanzara.testclient.TestCertificates.ClientAuthentication.NEEDED;
import static io.zanzara.testclient.TestCertificates.ClientAuthentication.NONE;
import static io.zanzara.testclient.TestCertificates.ClientAuthentication.WANTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.pkitesting.X509Bundle;
import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Credentials;
import io.zanzara.access.Limits;
import io.zanzara.access.Listener;
import io.zanzara.access.Tls;
import io.zanzara.event.BrokerEvent;
import io.zanzara.message.ReasonCode;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Door;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.RawClient;
import io.zanzara.testclient.TestCertificates;
import io.zanzara.testclient.TestCertificates.ClientAuthentication;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS as clients meet it: what works, and what ends one connection and no other. */
class TlsTest {

    private static final TestCertificates CERTIFICATES = new TestCertificates();
    private static final SSLContext SERVER = CERTIFICATES.context(CERTIFICATES.server());
    private static final SSLContext ANONYMOUS = CERTIFICATES.context(null);

    private final List<BrokerEvent> events = new CopyOnWriteArrayList<>();
    private final List<Credentials> seen = new CopyOnWriteArrayList<>();
    private Broker broker = broker(NONE);

    @AfterEach
    void stop() {
        broker.close();
    }

    private Broker broker(ClientAuthentication authentication) {
        return broker(new Tls(() -> TestCertificates.engine(SERVER, authentication), false), Limits.DEFAULTS);
    }

    private Broker broker(Tls tls, Limits limits) {
        if (broker != null) {
            broker.close();
        }
        broker = Broker.start(BrokerConfig.of(new MemoryStore())
                .withListeners(List.of(Listener.tls("127.0.0.1", 0, tls)))
                .withLimits(limits)
                .withAuthenticator(credentials -> {
                    seen.add(credentials);
                    return CompletableFuture.completedFuture(true);
                })
                .withEventListeners(List.of(events::add)));
        return broker;
    }

    private Door door(SSLContext context, String... protocols) {
        return Door.tls(broker.port(), context, protocols);
    }

    private RawClient connect(SSLContext context, Packets packets) throws IOException {
        return RawClient.connect(door(context), packets, Connect.clean("client"));
    }

    /** Waits for the one refusal that is to come. */
    private BrokerEvent.ConnectionRefused refusal() {
        await().until(() -> refusals().findAny().isPresent());
        return refusals().findAny().orElseThrow();
    }

    private java.util.stream.Stream<BrokerEvent.ConnectionRefused> refusals() {
        return events.stream()
                .filter(BrokerEvent.ConnectionRefused.class::isInstance)
                .map(BrokerEvent.ConnectionRefused.class::cast);
    }

    private void othersAreServed() throws IOException {
        try (RawClient other = connect(ANONYMOUS, Packets.MQTT_5)) {
            other.subscribe(1, "t");
        }
    }

    // ---- what works

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void packetsTravel(String version) throws IOException {
        String large = "x".repeat(300_000);
        try (RawClient client = RawClient.connect(door(ANONYMOUS, version), Packets.MQTT_5, Connect.clean("client"))) {
            client.subscribe(1, "t");
            client.send(Packets.MQTT_5.publish("t", large, 1, 7));
            Packet first = client.read();
            Packet second = client.read();
            Packet message = first.type() == Packet.PUBLISH ? first : second;
            assertThat(message.text()).isEqualTo(large);
        }
        assertThat(seen).singleElement().satisfies(each -> {
            assertThat(each.certificate()).isNull();
            assertThat(each.listener()).isEqualTo("tls");
        });
    }

    @Test
    void theAuthenticatorSeesTheClientsCertificate() throws IOException {
        broker(WANTED);
        X509Bundle alice = CERTIFICATES.client("CN=alice,O=home");
        connect(CERTIFICATES.context(alice), Packets.MQTT_5).close();
        othersAreServed();
        assertThat(seen.stream().map(Credentials::certificate)).containsExactly(alice.getCertificate(), null);
        assertThat(seen.get(0).toString()).contains("CN=alice");
    }

    @Test
    void aRenewedCertificateIsTakenUp() throws Exception {
        AtomicReference<SSLContext> current = new AtomicReference<>(SERVER);
        broker(
                new Tls(() -> TestCertificates.engine(Objects.requireNonNull(current.get()), NONE), false),
                Limits.DEFAULTS);
        X509Certificate before = served();
        try (RawClient old = connect(ANONYMOUS, Packets.MQTT_5)) {
            current.set(CERTIFICATES.context(CERTIFICATES.server()));
            assertThat(served()).isNotEqualTo(before);
            old.subscribe(1, "t");
        }
    }

    private X509Certificate served() throws Exception {
        try (SSLSocket socket = (SSLSocket) ANONYMOUS.getSocketFactory().createSocket("127.0.0.1", broker.port())) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    // ---- the certificate's name as user name

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void theCommonNameIsTheUserName(int level) throws IOException {
        certifiedUsers(NEEDED);
        try (RawClient client =
                connect(CERTIFICATES.context(CERTIFICATES.client("CN=alice\\, née b,OU=x")), new Packets(level))) {
            client.subscribe(1, "t");
            assertThat(broker.clients())
                    .singleElement()
                    .satisfies(each -> assertThat(each.userName()).isEqualTo("alice, née b"));
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void ofSeveralCommonNamesTheMostSpecificCounts() throws IOException {
        certifiedUsers(NEEDED);
        try (RawClient client =
                connect(CERTIFICATES.context(CERTIFICATES.client("CN=alice,CN=Users,DC=home")), Packets.MQTT_5)) {
            client.subscribe(1, "t");
            assertThat(broker.clients())
                    .singleElement()
                    .satisfies(each -> assertThat(each.userName()).isEqualTo("alice"));
        }
    }

    @Test
    void withoutACertificateNobodyGetsIn() throws IOException {
        certifiedUsers(WANTED);
        isRefused(ANONYMOUS, 5, 0x87);
        isRefused(ANONYMOUS, 4, 5);
        assertThat(refusal().reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "O=home",
                "CN=\\ ,O=home",
                "CN=ali\u0001ce",
                "CN=alice+CN=root", // which of them?
                "CN=#1E04726F6F74", // a BMPString of two characters whose bytes are those of "root"
                "CN=#1404E9616263" // a T61String that is not UTF-8
            })
    void noneGetsInWithoutACommonName(String subject) throws IOException {
        certifiedUsers(NEEDED);
        SSLContext context = CERTIFICATES.context(CERTIFICATES.client(subject));
        isRefused(context, 5, 0x86);
        isRefused(context, 4, 4);
        assertThat(refusal().reasonCode()).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=alice+UID=5                      | alice",
                "CN=\\\"a\\\\b\\\"\\+\\<c\\>\\;\\=  d | \"a\\b\"+<c>;=  d",
                "CN=\\#1,1.2.3.4=x                   | #1",
                "EMAILADDRESS=a@b.c,CN=alice@home    | alice@home",
                "CN=#1405616C696365,O=home           | alice",
            })
    void namesOfAllKindsAreUserNames(String subject, String userName) throws IOException {
        certifiedUsers(NEEDED);
        try (RawClient client = connect(CERTIFICATES.context(CERTIFICATES.client(subject)), Packets.MQTT_5)) {
            client.subscribe(1, "t");
            assertThat(broker.clients())
                    .singleElement()
                    .satisfies(each -> assertThat(each.userName()).isEqualTo(userName));
        }
    }

    private void certifiedUsers(ClientAuthentication authentication) {
        broker(new Tls(() -> TestCertificates.engine(SERVER, authentication), true), Limits.DEFAULTS);
    }

    /** The answer arrives, and then the end. */
    private void isRefused(SSLContext context, int level, int code) throws IOException {
        Packets packets = new Packets(level);
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (RawClient client = RawClient.open(door(context, version), packets)) {
                client.send(packets.connect(Connect.clean("client")), packets.pingReq(), new byte[100_000]);
                assertThat(client.expect(Packet.CONNACK).code()).isEqualTo(code);
                client.expectClosed();
            }
        }
        assertThat(seen).isEmpty();
    }

    // ---- what ends a connection

    @Test
    void whatIsNotTlsIsRefusedAndNotShown() throws IOException {
        try (RawClient client = RawClient.open(broker.port(), Packets.MQTT_5)) {
            client.send(Packets.MQTT_5.connect(Connect.clean("secret-name")));
            client.expectClosed();
        }
        BrokerEvent.ConnectionRefused refusal = refusal();
        assertThat(refusal.reasonCode()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(refusal.reason()).isEqualTo("the TLS handshake failed: what came is not TLS");
        assertThat(refusal.address()).startsWith("127.0.0.1:");
        assertThat(broker.counters().refused(ReasonCode.PROTOCOL_ERROR).sum()).isEqualTo(1);
        othersAreServed();
        assertThat(refusals()).hasSize(1);
    }

    @Test
    void aCertificateThatHasExpiredIsRefused() throws IOException {
        certificateIsRefused(CERTIFICATES.expiredClient("CN=alice"));
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws IOException {
        TestCertificates others = new TestCertificates();
        certificateIsRefused(others.client("CN=alice"));
    }

    private void certificateIsRefused(X509Bundle certificate) throws IOException {
        broker(WANTED);
        SSLContext context = CERTIFICATES.context(certificate);
        assertThatThrownBy(() -> {
                    // in TLS 1.3 the client hears of it when it reads
                    try (RawClient client = RawClient.open(door(context, "TLSv1.2"), Packets.MQTT_5)) {
                        client.read();
                    }
                })
                .isInstanceOf(IOException.class);
        assertThat(refusal().reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        othersAreServed();
    }

    @Test
    void aVersionThatIsNotSpokenIsRefused() throws IOException {
        Supplier<SSLEngine> engines = () -> {
            SSLEngine engine = TestCertificates.engine(SERVER, NONE);
            engine.setEnabledProtocols(new String[] {"TLSv1.3"});
            return engine;
        };
        broker(new Tls(engines, false), Limits.DEFAULTS);
        assertThatThrownBy(() -> RawClient.open(door(ANONYMOUS, "TLSv1.2"), Packets.MQTT_5))
                .isInstanceOf(SSLException.class);
        assertThat(refusal().reason()).startsWith("the TLS handshake failed: ");
        othersAreServed();
    }

    @Test
    void aClientThatDoesNotTrustTheServerEndsItsOwnConnection() throws IOException {
        SSLContext distrustful = new TestCertificates().context(null);
        assertThatThrownBy(() -> RawClient.open(door(distrustful), Packets.MQTT_5))
                .isInstanceOf(SSLException.class);
        assertThat(refusal().reason()).startsWith("the TLS handshake failed: ");
        othersAreServed();
    }

    @Test
    void aHandshakeThatDoesNotGoOnIsOverWithTheTimeForConnect() throws IOException {
        broker(
                new Tls(() -> TestCertificates.engine(SERVER, NONE), false),
                Limits.DEFAULTS.with(draft -> draft.connectTimeoutSeconds(1)));
        try (Socket silent = new Socket("127.0.0.1", broker.port());
                RawClient finished = RawClient.open(door(ANONYMOUS), Packets.MQTT_5)) {
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            finished.expectClosed();
        }
        await().untilAsserted(() -> assertThat(refusals().map(BrokerEvent.ConnectionRefused::reasonCode))
                .containsExactly(ReasonCode.MAXIMUM_CONNECT_TIME, ReasonCode.MAXIMUM_CONNECT_TIME));
    }

    /** TLS 1.2 lets a client ask for more handshakes on its connection, which cost the broker much more than the client. */
    @Test
    void aSecondHandshakeIsRefused() throws IOException {
        try (SSLSocket socket = (SSLSocket) door(ANONYMOUS, "TLSv1.2").open()) {
            socket.getOutputStream().write(Packets.MQTT_5.connect(Connect.clean("client")));
            assertThat(socket.getInputStream().read()).isEqualTo(0x20);
            assertThatThrownBy(() -> {
                        socket.getSession().invalidate();
                        socket.startHandshake();
                        socket.getInputStream().readAllBytes();
                    })
                    .isInstanceOf(SSLException.class);
        }
        othersAreServed();
    }

    @Test
    void aClientThatLeavesDuringTheHandshakeIsToldOf() throws IOException {
        new Socket("127.0.0.1", broker.port()).close();
        assertThat(refusal().reason()).isEqualTo("the connection was closed during the TLS handshake");
    }

    @Test
    void aSupplierThatThrowsEndsOneConnection() throws IOException {
        AtomicReference<SSLContext> current = new AtomicReference<>();
        broker(
                new Tls(
                        () -> {
                            SSLContext context = current.get();
                            if (context == null) {
                                throw new IllegalStateException("the key can't be read");
                            }
                            return TestCertificates.engine(context, NONE);
                        },
                        false),
                Limits.DEFAULTS);
        assertThatThrownBy(() -> RawClient.open(door(ANONYMOUS), Packets.MQTT_5))
                .isInstanceOf(IOException.class);
        BrokerEvent.ConnectionRefused refusal = refusal();
        assertThat(refusal.reasonCode()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        assertThat(refusal.reason()).isEqualTo("TLS can't be spoken: the key can't be read");
        current.set(SERVER);
        othersAreServed();
    }
}
