package io.zanzara.access;

import io.zanzara.message.ClientId;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of itself in CONNECT, and how it came.
 *
 * @param client its identifier, as sent or as assigned
 * @param userName or null
 * @param password or null; not to be kept
 * @param address its network address
 * @param listener the name of the {@link Listener} it came through
 * @param certificate the client's own, verified in the TLS handshake, or null if it has shown none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Credentials(
        ClientId client,
        @Nullable String userName,
        byte @Nullable [] password,
        String address,
        String listener,
        @Nullable X509Certificate certificate) {

    /** Never shows the password. */
    @Override
    public String toString() {
        return "Credentials[" + client + ", user " + userName + ", " + address + ", listener " + listener
                + (certificate == null
                        ? ""
                        : ", certificate of "
                                + certificate.getSubjectX500Principal().getName())
                + "]";
    }
}
