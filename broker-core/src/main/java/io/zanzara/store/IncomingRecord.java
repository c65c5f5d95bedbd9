package io.zanzara.store;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;

/**
 * A QoS 2 PUBLISH that was received and not yet released: stored before PUBREC leaves.
 *
 * @param client who sent it
 * @param packetIdentifier 1 to 65,535
 * @param publication the message, with its {@code messageId}
 */
public record IncomingRecord(ClientId client, int packetIdentifier, Publication publication) {}
