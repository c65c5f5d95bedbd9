package io.zanzara.moquette.intercept;

import io.moquette.interception.InterceptHandler;
import io.moquette.interception.messages.InterceptAcknowledgedMessage;
import io.moquette.interception.messages.InterceptConnectMessage;
import io.moquette.interception.messages.InterceptConnectionLostMessage;
import io.moquette.interception.messages.InterceptDisconnectMessage;
import io.moquette.interception.messages.InterceptExceptionMessage;
import io.moquette.interception.messages.InterceptPublishMessage;
import io.moquette.interception.messages.InterceptSubscribeMessage;
import io.moquette.interception.messages.InterceptUnsubscribeMessage;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.ClientConnected;
import io.zanzara.event.BrokerEvent.ClientDisconnected;
import io.zanzara.event.BrokerEvent.Delivered;
import io.zanzara.event.BrokerEvent.Origin;
import io.zanzara.event.BrokerEvent.Published;
import io.zanzara.event.BrokerEvent.SessionFailed;
import io.zanzara.event.BrokerEvent.Subscribed;
import io.zanzara.event.BrokerEvent.Unsubscribed;
import io.zanzara.message.ReasonCode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the broker's events into the calls that one handler asks for. */
final class Telling {

    private final InterceptHandler handler;
    private final Set<Class<?>> wanted;

    Telling(InterceptHandler handler) {
        this.handler = handler;
        Class<?>[] types = handler.getInterceptedMessageTypes();
        this.wanted = Set.of(types == null ? InterceptHandler.ALL_MESSAGE_TYPES : types.clone());
    }

    /** Whether the handler is to hear of this. */
    boolean wants(BrokerEvent event) {
        Class<?> type = typeOf(event);
        return type != null && wanted.contains(type);
    }

    private static @Nullable Class<?> typeOf(BrokerEvent event) {
        if (event instanceof Published published) {
            // as in Moquette: neither wills nor what code has published, which knows of it
            return published.origin() == Origin.CLIENT ? InterceptPublishMessage.class : null;
        }
        if (event instanceof Delivered delivered) {
            return delivered.packetIdentifier() > 0 ? InterceptAcknowledgedMessage.class : null;
        }
        if (event instanceof ClientConnected) {
            return InterceptConnectMessage.class;
        }
        if (event instanceof ClientDisconnected disconnected) {
            return isOrderly(disconnected) ? InterceptDisconnectMessage.class : InterceptConnectionLostMessage.class;
        }
        if (event instanceof Subscribed) {
            return InterceptSubscribeMessage.class;
        }
        if (event instanceof Unsubscribed) {
            return InterceptUnsubscribeMessage.class;
        }
        return event instanceof SessionFailed ? InterceptExceptionMessage.class : null;
    }

    private static boolean isOrderly(ClientDisconnected event) {
        return event.reasonCode() == ReasonCode.SUCCESS;
    }

    /** Calls the handler, which may throw anything. */
    void tell(BrokerEvent event) {
        if (event instanceof Published e) {
            handler.onPublish(Messages.publish(e));
        } else if (event instanceof Delivered e) {
            handler.onMessageAcknowledged(Messages.acknowledged(e));
        } else if (event instanceof ClientConnected e) {
            handler.onConnect(Messages.connect(e));
        } else if (event instanceof ClientDisconnected e) {
            String client = e.client().value();
            if (isOrderly(e)) {
                handler.onDisconnect(new InterceptDisconnectMessage(client, e.userName()));
            } else {
                handler.onConnectionLost(new InterceptConnectionLostMessage(client, e.userName()));
            }
        } else if (event instanceof Subscribed e) {
            handler.onSubscribe(Messages.subscribe(e));
        } else if (event instanceof Unsubscribed e) {
            handler.onUnsubscribe(new InterceptUnsubscribeMessage(
                    e.filter().toString(), e.client().value(), e.userName()));
        } else if (event instanceof SessionFailed e) {
            handler.onSessionLoopError(e.cause());
        }
    }
}
