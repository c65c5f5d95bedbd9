package io.zanzara.engine;

import io.zanzara.access.Limits;

/** Limits that are reached soon. */
final class TestLimits {

    private TestLimits() {}

    static Limits of(int receiveMaximum, long memoryBudgetBytes) {
        Limits d = Limits.DEFAULTS;
        return new Limits(
                d.maxPacketBytes(),
                receiveMaximum,
                d.inflightWindow(),
                d.topicAliasMaximum(),
                d.maxSessionExpirySeconds(),
                d.maxKeepAliveSeconds(),
                d.connectTimeoutSeconds(),
                d.maxMessageExpirySeconds(),
                d.maxQueueMessages(),
                d.maxQueueBytes(),
                d.queuePolicy(),
                d.maxSubscriptionsPerSession(),
                d.maxTopicLevels(),
                memoryBudgetBytes,
                d.validatePayloadFormat());
    }
}
