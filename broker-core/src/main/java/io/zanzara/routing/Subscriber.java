package io.zanzara.routing;

import io.zanzara.message.ClientId;

/** One who receives: a session, or a shared group under its own name. Implemented by the session engine. */
public interface Subscriber {

    /** Returns the name under which its subscriptions are kept: one subscriber for each. */
    ClientId client();

    /** Whether what it gets at QoS 1 and 2 must be durable before the publisher is acknowledged. */
    boolean isPersistent();
}
