package io.zanzara.session;

import io.zanzara.message.ReasonCode;
import io.zanzara.message.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * One line of an UNSUBSCRIBE after the protocol's checks.
 *
 * @param filter what is to go, or null if the line is refused
 * @param refusal why, if it is
 */
public record UnsubscribeItem(@Nullable TopicFilter filter, ReasonCode refusal) {}
