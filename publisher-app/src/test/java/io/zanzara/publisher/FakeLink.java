package io.zanzara.publisher;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Client and broker in one: answers each message as the script says, on the thread that sends it. */
final class FakeLink implements BrokerLink, Outbound {

    enum Answer {
        ACKNOWLEDGE,
        REFUSE,
        /** The client does not take the message. */
        THROW,
        /** The message arrives, the acknowledgement doesn't; the client sends it again after the reconnect. */
        BREAK_AND_REPEAT,
        /** Neither message nor acknowledgement; the client forgets it, as in a clean session. */
        BREAK_AND_FORGET
    }

    final List<String> handedOver = new ArrayList<>();
    int attempts;
    int failingAttempts;

    private final Deque<Answer> script = new ArrayDeque<>();
    private @Nullable Listener listener;
    private boolean connected;
    private boolean holding;

    FakeLink(Answer... answers) {
        script.addAll(List.of(answers));
    }

    @Override
    public void reportTo(Listener listener) {
        this.listener = listener;
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public void connect() {
        attempts++;
        connected = attempts > failingAttempts;
        if (connected && holding) {
            holding = false;
            listener().acknowledged();
        }
    }

    @Override
    public boolean holdsMessage() {
        return holding;
    }

    @Override
    public void send(String text) {
        Answer answer = script.isEmpty() ? Answer.ACKNOWLEDGE : script.remove();
        if (answer == Answer.THROW) {
            breakConnection();
            throw new IllegalStateException("not connected");
        }
        handedOver.add(text);
        switch (answer) {
            case ACKNOWLEDGE -> listener().acknowledged();
            case REFUSE -> listener().refused("quota");
            case BREAK_AND_REPEAT -> {
                holding = true;
                breakConnection();
            }
            default -> breakConnection();
        }
    }

    private void breakConnection() {
        connected = false;
        listener().connectionLost();
    }

    private Listener listener() {
        if (listener == null) {
            throw new IllegalStateException("nobody listens");
        }
        return listener;
    }
}
