package io.zanzara.access;

import io.zanzara.message.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of itself in CONNECT.
 *
 * @param client its identifier, as sent or as assigned
 * @param userName or null
 * @param password or null; not to be kept
 * @param address its network address
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Credentials(ClientId client, @Nullable String userName, byte @Nullable [] password, String address) {

    /** Never shows the password. */
    @Override
    public String toString() {
        return "Credentials[" + client + ", user " + userName + ", " + address + "]";
    }
}
