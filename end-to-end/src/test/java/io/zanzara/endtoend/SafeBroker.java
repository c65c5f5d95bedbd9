package io.zanzara.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.pkitesting.X509Bundle;
import io.zanzara.endtoend.Entrance.Login;
import io.zanzara.endtoend.Entrance.Transport;
import io.zanzara.endtoend.JavaClient.Connecting;
import io.zanzara.endtoend.JavaClient.Kind;
import io.zanzara.endtoend.JavaClient.Message;
import io.zanzara.endtoend.JavaClient.Subscribing;
import io.zanzara.testclient.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The packaged broker behind locked doors: listeners of every transport, users with passwords, rules, and everything in its log. All may use
 * topics below {@code all}, and each user those below {@code of/} and its name.
 */
final class SafeBroker implements AutoCloseable {

    /** A part of every payload that tests send. */
    static final String CONFIDENTIAL = "told-in-confidence";

    static final Login ALICE = new Login("alice", "alices-own-words");
    static final Login BOB = new Login("bob", "bobs-own-words");
    static final Login SCRIPTS = new Login("scripts", "scripts-own-words");

    /** What somebody says who does not know a password. */
    static final String GUESS = "a-guess-of-mine";

    /** As the jar's command {@code password} makes them, with cost 4. */
    private static final List<String> USERS = List.of(
            "alice:$2b$04$CSsK4vvJfwwKwo3sN1i6Deesy/8YFpKJbq22EbL09e0.2kjD.16UC",
            "bob:$2b$04$aobSZYCEMWG5/NmOf/GCKenQGas1ytqjWDkm5RWdc1bO6u5qyk/JK",
            "scripts:$2b$04$eqtN4X7O1XR1HZr2JRbYD.lEh0jOsJFqWxXxR5c0UJrDB68sXId5C");

    private static final String RULES = """
            topic readwrite all/#
            pattern readwrite of/%u/#
            user scripts
            topic readwrite #
            """;

    private static final String SETTINGS = """
            spring.ssl.bundle:
              watch.file.quiet-period: 100ms
              pem:
                server:
                  reload-on-update: true
                  keystore: {certificate: FOLDER/server.crt, private-key: FOLDER/server.key}
                  truststore: {certificate: FOLDER/ca.crt}
                expired.keystore: {certificate: FOLDER/expired.crt, private-key: FOLDER/expired.key}
                elsewhere.keystore: {certificate: FOLDER/elsewhere.crt, private-key: FOLDER/elsewhere.key}
            zanzara:
              listeners:
                - {name: tcp, port: 0}
                - {name: tls, port: 0, transport: tls, ssl-bundle: server}
                - {name: ws, port: 0, transport: websocket}
                - {name: wss, port: 0, transport: secure-websocket, ssl-bundle: server}
                - {name: mutual, port: 0, transport: tls, ssl-bundle: server, client-authentication: need, user-name-from-certificate: true}
                - {name: expired, port: 0, transport: tls, ssl-bundle: expired}
                - {name: elsewhere, port: 0, transport: tls, ssl-bundle: elsewhere}
              authentication: {users-file: FOLDER/users}
              authorization: {file: FOLDER/rules}
            logging.level:
              zanzara: debug
              io.zanzara: debug
            """;

    private final TestCertificates authority = new TestCertificates();
    private final List<String> secrets = new ArrayList<>(List.of(GUESS, CONFIDENTIAL, "PRIVATE KEY"));
    private final Path folder;
    private final Consoles consoles;
    private final ConsoleProcess process;
    private final JavaClient witness;
    private int seen;

    SafeBroker(Path folder, String... options) throws Exception {
        this.folder = folder;
        Files.writeString(folder.resolve("ca.crt"), authority.authority().getCertificatePEM());
        write("server", authority.server());
        write("expired", authority.expiredServer());
        write("elsewhere", authority.server("elsewhere.example"));
        Files.write(folder.resolve("users"), USERS);
        Files.writeString(folder.resolve("rules"), RULES);
        Path settings = Files.writeString(folder.resolve("safe.yml"), SETTINGS.replace("FOLDER", folder.toString()));
        USERS.forEach(line -> secrets.add(line.substring(line.indexOf(':') + 1)));
        Stream.of(ALICE, BOB, SCRIPTS).forEach(login -> secrets.add(login.password()));
        consoles = new Consoles(Backend.EMBEDDED.fresh(folder));
        process = consoles.brokerWith(settings, options);
        witness = Kind.HIVEMQ_5.at(at("tls"), "witness");
        witness.connect(Connecting.CLEAN);
        witness.subscribe(new Subscribing("all/witness", 1));
    }

    private void write(String name, X509Bundle certificate) throws IOException {
        Files.writeString(folder.resolve(name + ".key"), certificate.getPrivateKeyPEM());
        Files.writeString(folder.resolve(name + ".crt"), certificate.getCertificatePathPEM());
        certificate
                .getPrivateKeyPEM()
                .lines()
                .filter(line -> !line.startsWith("-----"))
                .forEach(secrets::add);
    }

    /** Replaces the certificate of the listeners that have a valid one. */
    X509Bundle renew() throws IOException {
        X509Bundle renewed = authority.server();
        write("server", renewed);
        return renewed;
    }

    TestCertificates authority() {
        return authority;
    }

    ConsoleProcess process() {
        return process;
    }

    /** Returns the way in through a listener, for alice; through the one that wants certificates, for carol. */
    Entrance at(String listener) {
        int port = Integer.parseInt(
                process.awaitMatch("port (\\d+) \\(" + listener + ": ").group(1));
        Transport transport = switch (listener) {
            case "tcp" -> Transport.TCP;
            case "ws" -> Transport.WS;
            case "wss" -> Transport.WSS;
            default -> Transport.SSL;
        };
        Entrance entrance = new Entrance(transport, "localhost", port, authority, null, ALICE);
        return listener.equals("mutual") ? entrance.asNobody().showing(authority.client("CN=carol")) : entrance;
    }

    /** Returns a value of the broker's metrics, as named there; 0 if it is not there. */
    double metric(String name) {
        URI address = URI.create("http://127.0.0.1:" + consoles.managementPort() + "/actuator/prometheus");
        try (InputStream in = address.toURL().openStream()) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private double refused(String reason) {
        return metric("zanzara_refused_total{reason=\"" + reason + "\"}");
    }

    /**
     * Returns what the broker has told so far of refusals of one kind.
     *
     * @param reason as its counter calls it
     * @param line a part of each line about it
     */
    Told told(String reason, String line) {
        return new Told(reason, ".*" + line + ".*", refused(reason), process.count(".*" + line + ".*"));
    }

    /** The counter and the lines in the log at one moment. */
    final class Told {

        private final String reason;
        private final String line;
        private final double counted;
        private final long lines;

        private Told(String reason, String line, double counted, long lines) {
            this.reason = reason;
            this.line = line;
            this.counted = counted;
            this.lines = lines;
        }

        /** Waits until there is one refusal more, in a line and in the counter. */
        void awaitOneMore() {
            process.awaitCount(line, lines + 1);
            await().atMost(JavaClient.PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> refused(reason) > counted);
            assertThat(refused(reason)).isEqualTo(counted + 1);
            assertThat(process.count(line)).isEqualTo(lines + 1);
        }
    }

    /** A client that was there before the others did what they did: its connection is the same, and messages come through. */
    void serveOthers() throws Exception {
        seen++;
        witness.publish(new Message("all/witness", CONFIDENTIAL + seen, 1))
                .get(JavaClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        await().atMost(JavaClient.PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> witness.received().size() >= seen || !witness.isConnected());
        assertThat(witness.received()).hasSize(seen);
        assertThat(process.count(Events.connected("witness"))).isEqualTo(1);
    }

    /** Looks at all that the broker has said. */
    void assertThatNoSecretWasLogged() {
        List<String> forms = secrets.stream()
                .flatMap(secret -> Stream.of(
                        secret,
                        HexFormat.of().formatHex(secret.getBytes(UTF_8)),
                        Base64.getEncoder().withoutPadding().encodeToString(secret.getBytes(UTF_8))))
                .toList();
        List<String> lines = process.lines();
        assertThat(lines).anyMatch(line -> line.contains("clientConnected"));
        assertThat(lines.stream().filter(line -> forms.stream().anyMatch(line::contains)))
                .isEmpty();
    }

    /** Stops it, and looks at its log as a whole. */
    @Override
    public void close() {
        try (consoles) {
            witness.close();
            process.terminate();
            assertThatNoSecretWasLogged();
        }
    }
}
