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
     * one must not be empty, has no control characters, and reads in one way only.
     */
    static @Nullable String of(X509Certificate certificate) {
        X500Principal subject = certificate.getSubjectX500Principal();
        String name = of(subject.getName(X500Principal.RFC2253));
        // the JDK takes the bytes of every kind of string for UTF-8 in the one, so that two Chinese characters may read
        // "root"; not in the other
        return name != null && name.equals(of(subject.getName(X500Principal.RFC1779))) ? name : null;
    }

    private static @Nullable String of(String subject) {
        try {
            List<Rdn> parts = new LdapName(subject).getRdns();
            // the most specific comes last
            for (int i = parts.size() - 1; i >= 0; i--) {
                Attribute attribute = parts.get(i).toAttributes().get("CN");
                if (attribute != null) {
                    boolean single = attribute.size() == 1; // CN=one+CN=other has no order
                    return single && attribute.get() instanceof String name && isUserName(name) ? name : null;
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
