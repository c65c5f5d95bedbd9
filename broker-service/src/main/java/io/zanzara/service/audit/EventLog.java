package io.zanzara.service.audit;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.ClientConnected;
import io.zanzara.event.BrokerEvent.ClientDisconnected;
import io.zanzara.event.BrokerEvent.Closed;
import io.zanzara.event.BrokerEvent.ConnectionRefused;
import io.zanzara.event.BrokerEvent.Delivered;
import io.zanzara.event.BrokerEvent.MessageDropped;
import io.zanzara.event.BrokerEvent.Published;
import io.zanzara.event.BrokerEvent.Ready;
import io.zanzara.event.BrokerEvent.Refused;
import io.zanzara.event.BrokerEvent.SessionEnded;
import io.zanzara.event.BrokerEvent.SessionFailed;
import io.zanzara.event.BrokerEvent.StoreAvailability;
import io.zanzara.event.BrokerEvent.Subscribed;
import io.zanzara.event.BrokerEvent.Unsubscribed;
import io.zanzara.event.BrokerListener;
import io.zanzara.message.Publication;
import io.zanzara.message.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;

/** Puts each event into one line, under the name that a mosca user knows. What clients chose is cleaned of control characters. */
final class EventLog implements BrokerListener {

    private static final int MAX_PAYLOAD_CHARS = 120;
    private static final int MAX_NAME_CHARS = 256;

    private final boolean payload;
    private final Consumer<String> lines;

    /** @param payload whether the line of a published message shows the beginning of its payload */
    EventLog(boolean payload, Consumer<String> lines) {
        this.payload = payload;
        this.lines = lines;
    }

    @Override
    public void on(BrokerEvent event) {
        if (!(event instanceof Ready || event instanceof Closed)) { // the service says these itself
            lines.accept(line(event));
        }
    }

    /** Says how many there are that have no line; of none, nothing. */
    void leftOut(String what, long count) {
        if (count > 0) {
            lines.accept("... and " + count + " more " + what);
        }
    }

    private String line(BrokerEvent event) {
        if (event instanceof Published e) {
            return published(e.publication());
        }
        if (event instanceof Delivered e) {
            return "delivered " + name(e.client()) + " " + name(e.topic()) + " QoS "
                    + e.qos().value() + ", " + e.payloadBytes() + " bytes";
        }
        if (event instanceof ClientConnected e) {
            return connected(e);
        }
        if (event instanceof ClientDisconnected e) {
            return "clientDisconnected " + name(e.client()) + " from " + e.address() + " ("
                    + reason(e.reasonCode(), e.reason()) + ")";
        }
        if (event instanceof Subscribed e) {
            return "subscribed " + name(e.client()) + " "
                    + name(e.subscription().filter()) + " QoS "
                    + e.subscription().qos().value();
        }
        if (event instanceof Unsubscribed e) {
            return "unsubscribed " + name(e.client()) + " " + name(e.filter())
                    + (e.existed() ? "" : " (there was no such subscription)");
        }
        if (event instanceof MessageDropped e) {
            return "dropped " + name(e.client()) + " " + name(e.topic()) + " QoS "
                    + e.qos().value() + " (" + words(e.reason()) + ")";
        }
        return rare(event);
    }

    private static String rare(BrokerEvent event) {
        if (event instanceof ConnectionRefused e) {
            return "connectionRefused " + clean(e.address(), MAX_NAME_CHARS) + " (" + reason(e.reasonCode(), e.reason())
                    + ")";
        }
        if (event instanceof Refused e) {
            return refused(e);
        }
        if (event instanceof SessionEnded e) {
            return "sessionEnded " + name(e.client()) + " (" + clean(e.reason(), MAX_NAME_CHARS) + ")";
        }
        if (event instanceof SessionFailed e) {
            return "sessionFailed " + name(e.client()) + " (" + clean(e.cause().toString(), MAX_NAME_CHARS) + ")";
        }
        if (event instanceof StoreAvailability e) {
            return e.available() ? "storeBack" : "storeAway (" + clean(e.detail(), MAX_NAME_CHARS) + ")";
        }
        throw new IllegalArgumentException("no line for " + event);
    }

    private static String refused(Refused e) {
        return "refused " + name(e.client()) + (e.userName() == null ? "" : ", user " + name(e.userName()))
                + (e.address().isEmpty() ? "" : " from " + clean(e.address(), MAX_NAME_CHARS)) + ": "
                + words(e.operation()) + " " + name(e.topic())
                + String.format(Locale.ROOT, " (0x%02X)", e.reasonCode().code());
    }

    private static String connected(ClientConnected e) {
        return "clientConnected " + name(e.client()) + " from " + e.address() + ", MQTT " + version(e.protocolLevel())
                + (e.userName() == null ? "" : ", user " + name(e.userName()))
                + (e.sessionPresent() ? ", session resumed" : "");
    }

    private String published(Publication message) {
        String line = "published " + name(message.publisher()) + " " + name(message.topic()) + " QoS "
                + message.qos().value() + (message.retain() ? " retained" : "");
        return payload ? line + ": " + text(message.payload()) : line + ", " + message.payload().length + " bytes";
    }

    private static String text(byte[] payload) {
        int length = Math.min(payload.length, 4 * MAX_PAYLOAD_CHARS); // a character has four bytes at most
        return clean(new String(payload, 0, length, StandardCharsets.UTF_8), MAX_PAYLOAD_CHARS);
    }

    private static String version(int protocolLevel) {
        return switch (protocolLevel) {
            case 3 -> "3.1";
            case 4 -> "3.1.1";
            default -> "5.0";
        };
    }

    private static String reason(ReasonCode code, String reason) {
        String hex = code.isError() ? String.format(Locale.ROOT, "0x%02X, ", code.code()) : "";
        return hex + clean(reason, MAX_NAME_CHARS);
    }

    private static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String name(Object chosenByClient) {
        return clean(chosenByClient.toString(), MAX_NAME_CHARS);
    }

    /** One line, whatever is in it: no forged lines, no escape sequences to a terminal. */
    private static String clean(String text, int maxChars) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), maxChars + 1));
        for (int i = 0; i < text.length() && i < maxChars; i++) {
            char c = text.charAt(i);
            boolean visible = c >= ' '
                    && !(c >= 0x7F && c < 0xA0)
                    && c != 0x2028
                    && c != 0x2029
                    && Character.getType(c) != Character.FORMAT;
            clean.append(visible ? c : '.');
        }
        return text.length() > maxChars ? clean.append('\u2026').toString() : clean.toString();
    }
}
