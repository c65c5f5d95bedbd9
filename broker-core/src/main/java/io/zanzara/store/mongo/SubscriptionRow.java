package io.zanzara.store.mongo;

import io.zanzara.message.ClientId;
import io.zanzara.message.Subscription;

/** A subscription and whose it is. */
record SubscriptionRow(ClientId client, Subscription subscription) {}
