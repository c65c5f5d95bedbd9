package io.zanzara.message;

/**
 * What the broker publishes in a client's name when its connection ends without a DISCONNECT.
 *
 * @param publication the message; its expiry counts from the moment it is fired and is held in {@code expiryInterval} until then
 * @param delaySeconds how long after the end of the connection it is fired
 * @param expirySeconds how long it is worth delivering once fired, or -1 for ever
 */
public record Will(Publication publication, long delaySeconds, long expirySeconds) {}
