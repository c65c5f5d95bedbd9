package io.zanzara.access;

import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/**
 * How a listener speaks TLS.
 *
 * @param engines asked anew for each connection, so that renewed certificates are taken up without a restart; the engine it gives is in server
 *     mode, and its maker has settled versions, ciphers and whether clients need a certificate. Called on event loops: must not block. What
 *     it throws ends that one connection.
 * @param userNameFromCertificate whether the common name of the client's certificate is its user name, instead of what CONNECT says, and no password
 *     is asked for; a client without a certificate, or whose certificate has no common name, is refused then
 */
public record Tls(Supplier<SSLEngine> engines, boolean userNameFromCertificate) {}
