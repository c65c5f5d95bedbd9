package io.zanzara.session;

import io.zanzara.message.ReasonCode;
import io.zanzara.message.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * One line of a SUBSCRIBE after the protocol's checks.
 *
 * @param text the topic filter as the client wrote it
 * @param subscription what is asked for, or null if the line is refused
 * @param refusal why, if it is
 */
public record SubscribeItem(String text, @Nullable Subscription subscription, ReasonCode refusal) {}
