package io.zanzara.transport;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCounted;
import io.zanzara.message.ReasonCode;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** What came of a TLS handshake, in our words. */
final class TlsFailure {

    private static final int LONGEST = 200;
    private static final String TLS_1_3 = "TLSv1.3";

    private TlsFailure() {}

    /** Returns the client's certificate, or null if it has shown none. */
    static @Nullable X509Certificate certificate(SslHandler encryption) {
        try {
            return encryption.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? certificate
                    : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    /**
     * With TLS 1.2 a client may ask for handshake after handshake on the same connection, each costing us much and it little. The JDK's engine has
     * no setting for that, but without a cipher suite to agree on none can succeed, while the one in use stays.
     */
    static void forbidAnotherHandshake(SslHandler encryption) {
        SSLEngine engine = encryption.engine();
        if (!TLS_1_3.equals(engine.getSession().getProtocol())
                && !(engine instanceof ReferenceCounted)) { // OpenSSL's own refuse it by themselves
            engine.setEnabledCipherSuites(new String[0]);
        }
    }

    /** Returns the code for a handshake that failed: whether the client's certificate was to blame. */
    static ReasonCode reasonCode(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof CertificateException) {
                return ReasonCode.NOT_AUTHORIZED;
            }
        }
        return ReasonCode.PROTOCOL_ERROR;
    }

    /** Returns in a short line why a handshake failed. */
    static String reason(Throwable failure) {
        if (failure instanceof NotSslRecordException) {
            // its message has the bytes in it, which may be a CONNECT with its password
            return "the TLS handshake failed: what came is not TLS";
        }
        return failure instanceof ClosedChannelException
                ? "the connection was closed during the TLS handshake"
                : "the TLS handshake failed: " + words(failure);
    }

    /** Returns an exception's message in one short line. */
    static String words(Throwable failure) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        String line = message.substring(0, Math.min(LONGEST, message.length()));
        return line.chars()
                .map(each -> Character.isISOControl(each) ? ' ' : each)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
