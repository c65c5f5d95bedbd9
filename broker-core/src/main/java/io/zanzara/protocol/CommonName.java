package io.zanzara.protocol;

import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** The name in a client's certificate that may be its user name. */
final class CommonName {

    private CommonName() {}

    /**
     * Returns the common name (CN) of the certificate's subject, of several the most specific, or null if there is none that can be a user name:
     * one must not be empty and has no control characters.
     */
    static @Nullable String of(X509Certificate certificate) {
        try {
            List<Rdn> parts =
                    new LdapName(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253)).getRdns();
            // the most specific comes last
            for (int i = parts.size() - 1; i >= 0; i--) {
                Attribute attribute = parts.get(i).toAttributes().get("CN");
                if (attribute != null) {
                    return attribute.get() instanceof String name && isUserName(name) ? name : null;
                }
            }
            return null;
        } catch (InvalidNameException e) {
            return null;
        } catch (NamingException e) {
            throw new IllegalStateException(e); // attributes in memory
        }
    }

    private static boolean isUserName(String name) {
        return !name.isBlank() && name.chars().noneMatch(Character::isISOControl);
    }
}
