package io.zanzara.protocol;

import io.zanzara.access.Credentials;
import io.zanzara.access.EnhancedAuthenticator;
import io.zanzara.access.EnhancedAuthenticator.Challenge;
import io.zanzara.access.EnhancedAuthenticator.Exchange;
import io.zanzara.access.EnhancedAuthenticator.Failure;
import io.zanzara.access.EnhancedAuthenticator.Step;
import io.zanzara.access.EnhancedAuthenticator.Success;
import io.zanzara.access.ServerBusyException;
import io.zanzara.access.Tls;
import io.zanzara.codec.Packet;
import io.zanzara.message.ReasonCode;
import io.zanzara.session.Loop;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who a client is: once before CONNACK, and with an authentication method (MQTT 5.0, section 4.12) again whenever the client asks for
 * it. Runs on the connection's loop. Before CONNACK the client is read from only while it has to answer.
 */
final class Authentication {

    /** What it comes to; implemented by the connection. Called on its loop. */
    interface Verdict {

        /** Whether the connection is over, so that nobody waits for the verdict. */
        boolean isOver();

        /** The client may connect; said once. */
        void admitted();

        /** The connection must end. */
        void failed(ReasonCode reasonCode, String reason);
    }

    // [MQTT-4.12.0-7]
    static final Violation NOT_ASKED_FOR =
            Violation.of(ReasonCode.PROTOCOL_ERROR, "AUTH without an authentication method in CONNECT");

    private final ProtocolContext context;
    private final Wire wire;
    private final Verdict verdict;
    private final Packet.Connect connect;
    private final Credentials credentials;
    private final @Nullable String method;
    private @Nullable String certifiedName;
    private @Nullable Exchange exchange;
    private Loop.@Nullable Timer patience;
    private boolean clientsTurn;
    private boolean admitted;
    private @Nullable String userName;
    private byte @Nullable [] lastData;

    Authentication(Handshake handshake, ProtocolContext context, Wire wire, Verdict verdict) {
        this.context = context;
        this.wire = wire;
        this.verdict = verdict;
        this.connect = handshake.connect();
        this.method = connect.authenticationMethod();
        this.credentials = new Credentials(
                handshake.client(),
                connect.userName(),
                connect.password(),
                wire.address(),
                wire.listener().name(),
                wire.certificate());
    }

    /** Whether the client has been let in. */
    boolean isAdmitted() {
        return admitted;
    }

    /** Whether the client may authenticate itself again. */
    boolean mayGoOn() {
        return method != null;
    }

    /** Returns the name the client has proved to have, or null for none. */
    @Nullable
    String userName() {
        return userName;
    }

    /** Returns what CONNACK carries for the client's side of the method, or null. */
    byte @Nullable [] lastData() {
        return lastData;
    }

    /** Begins with what CONNECT said. */
    void begin() {
        // [MQTT-3.1.4-6] [MQTT-4.9.0-3] [MQTT-3.1.4-5 of 3.1.1]
        wire.pauseReading(true);
        boolean certified = isCertified();
        if (certified && !identify()) {
            return;
        }
        if (method != null) {
            begin(connect.authenticationData());
        } else if (certified) {
            admit(certifiedName, null);
        } else {
            decide();
        }
    }

    private boolean isCertified() {
        Tls tls = wire.listener().tls();
        return tls != null && tls.userNameFromCertificate();
    }

    /** Takes the client's name from its certificate; returns false if that could not be, and the client was refused. */
    private boolean identify() {
        X509Certificate certificate = credentials.certificate();
        if (certificate == null) {
            verdict.failed(ReasonCode.NOT_AUTHORIZED, "a client needs a certificate here");
            return false;
        }
        certifiedName = CommonName.of(certificate);
        if (certifiedName == null) {
            verdict.failed(
                    ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                    "the client's certificate has no common name that can be a user name");
        }
        return certifiedName != null;
    }

    private void decide() {
        CompletionStage<Boolean> decision;
        try {
            decision = context.authenticator().authenticate(credentials);
        } catch (RuntimeException e) {
            decided(false, e);
            return;
        }
        decision.whenComplete((allowed, failure) ->
                wire.loop().execute(() -> decided(Boolean.TRUE.equals(allowed), failure)));
    }

    private void decided(boolean allowed, @Nullable Throwable failure) {
        if (verdict.isOver()) {
            return;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ServerBusyException busy) {
            verdict.failed(ReasonCode.SERVER_BUSY, String.valueOf(busy.getMessage()));
        } else if (allowed && cause == null) {
            admit(context.authenticator().userName(credentials), null);
        } else {
            verdict.failed(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "the user name or password is not right");
        }
    }

    private void admit(@Nullable String name, byte @Nullable [] data) {
        admitted = true;
        userName = name;
        lastData = data;
        verdict.admitted();
    }

    // ---- with a method

    /** Takes an AUTH; returns what is wrong with it, or null. */
    @Nullable
    Violation answer(Packet.Auth auth) {
        if (method == null) {
            return NOT_ASKED_FOR;
        }
        if (!method.equals(auth.method())) {
            // [MQTT-4.12.0-5] [MQTT-4.12.1-1]
            return Violation.of(ReasonCode.PROTOCOL_ERROR, "AUTH has another authentication method than CONNECT");
        }
        boolean fits = switch (auth.reasonCode()) {
            case CONTINUE_AUTHENTICATION -> clientsTurn; // [MQTT-4.12.0-3]
            case REAUTHENTICATE -> admitted && exchange == null;
            default -> false;
        };
        if (!fits) {
            return Violation.of(ReasonCode.PROTOCOL_ERROR, "AUTH with " + auth.reasonCode() + " is not expected here");
        }
        if (auth.reasonCode() == ReasonCode.REAUTHENTICATE) {
            long millis = TimeUnit.SECONDS.toMillis(context.limits().connectTimeoutSeconds());
            patience = wire.loop().schedule(this::tooLong, millis);
            begin(auth.data());
        } else {
            next(Objects.requireNonNull(exchange), auth.data());
        }
        return null;
    }

    private void tooLong() {
        if (exchange != null) {
            fail(ReasonCode.NOT_AUTHORIZED, "the re-authentication took too long");
        }
    }

    private void begin(byte @Nullable [] data) {
        EnhancedAuthenticator authenticator =
                Objects.requireNonNull(context.enhancedAuthenticator(Objects.requireNonNull(method)));
        Exchange begun;
        try {
            begun = authenticator.begin(credentials);
        } catch (RuntimeException e) {
            broken();
            return;
        }
        exchange = begun;
        next(begun, data);
    }

    private void next(Exchange current, byte @Nullable [] data) {
        clientsTurn = false;
        if (!admitted) {
            wire.pauseReading(true);
        }
        CompletionStage<Step> step;
        try {
            step = current.next(data);
        } catch (RuntimeException e) {
            broken();
            return;
        }
        step.whenComplete((done, failure) -> wire.loop().execute(() -> {
            if (exchange == current && !verdict.isOver()) {
                apply(failure == null ? done : null);
            }
        }));
    }

    private void apply(@Nullable Step step) {
        if (step instanceof Challenge challenge) {
            clientsTurn = send(ReasonCode.CONTINUE_AUTHENTICATION, challenge.data()); // [MQTT-4.12.0-2]
            if (clientsTurn && !admitted) {
                wire.pauseReading(false);
            }
        } else if (step instanceof Success success) {
            succeed(success);
        } else if (step instanceof Failure failure) {
            fail(failure.reasonCode(), failure.reason());
        } else {
            broken();
        }
    }

    private void succeed(Success success) {
        exchange = null;
        if (certifiedName != null && !certifiedName.equals(success.userName())) {
            fail(ReasonCode.NOT_AUTHORIZED, "the client's certificate is another user's");
        } else if (!admitted) {
            admit(success.userName(), success.data());
        } else if (Objects.equals(userName, success.userName())) {
            stopWaiting();
            send(ReasonCode.SUCCESS, success.data());
        } else {
            fail(ReasonCode.NOT_AUTHORIZED, "a re-authentication must not change the user");
        }
    }

    private void broken() {
        fail(ReasonCode.NOT_AUTHORIZED, "the authentication could not be carried out");
    }

    /** [MQTT-4.12.0-4] [MQTT-4.12.1-2]: DISCONNECT has fewer codes than CONNACK, so a re-authentication always fails with the same. */
    private void fail(ReasonCode reasonCode, String reason) {
        exchange = null;
        stopWaiting();
        verdict.failed(admitted ? ReasonCode.NOT_AUTHORIZED : reasonCode, reason);
    }

    private void stopWaiting() {
        Loop.Timer timer = patience;
        patience = null;
        if (timer != null) {
            timer.cancel();
        }
    }

    private boolean send(ReasonCode reasonCode, byte @Nullable [] data) {
        // [MQTT-4.12.0-5] [MQTT-3.15.2-2] [MQTT-3.15.2-3]
        boolean fits = wire.send(new Packet.Auth(reasonCode, method, data, null));
        if (!fits) {
            fail(ReasonCode.PACKET_TOO_LARGE, "AUTH would be larger than the client takes");
        }
        return fits;
    }
}
