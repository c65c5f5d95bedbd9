package io.zanzara.routing;

import io.zanzara.message.ClientId;

/** A subscriber that is nothing but its name. */
record NamedSubscriber(ClientId client) implements Subscriber {

    static NamedSubscriber of(String client) {
        return new NamedSubscriber(new ClientId(client));
    }

    @Override
    public boolean isPersistent() {
        return false;
    }
}
