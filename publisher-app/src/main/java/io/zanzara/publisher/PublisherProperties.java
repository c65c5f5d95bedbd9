package io.zanzara.publisher;

import static io.zanzara.publisher.InvalidSettings.require;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is published, and how often.
 *
 * @param interval time from one message to the next; 0 for no pause
 * @param text text of the messages, before their number
 * @param count number of messages, then the application ends; 0 for ever
 */
@ConfigurationProperties(prefix = "publisher", ignoreUnknownFields = false)
record PublisherProperties(
        @DefaultValue("1s") Duration interval,
        @DefaultValue("Hello mqtt") String text,
        @DefaultValue("0") long count) {

    private static final Duration MAX_INTERVAL = Duration.ofDays(365);

    PublisherProperties {
        require(
                !interval.isNegative() && interval.compareTo(MAX_INTERVAL) <= 0,
                "publisher.interval",
                interval,
                "between 0 and 365 days");
        require(count >= 0, "publisher.count", count, "0 (for ever) or more");
    }
}
