package io.zanzara.moquette.embedding;

import io.moquette.interception.AbstractInterceptHandler;
import io.moquette.interception.messages.InterceptAcknowledgedMessage;
import io.moquette.interception.messages.InterceptConnectMessage;
import io.moquette.interception.messages.InterceptConnectionLostMessage;
import io.moquette.interception.messages.InterceptDisconnectMessage;
import io.moquette.interception.messages.InterceptPublishMessage;
import io.moquette.interception.messages.InterceptSubscribeMessage;
import io.moquette.interception.messages.InterceptUnsubscribeMessage;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A handler that keeps everything it is told, each callback as a line of text. */
final class Recorder extends AbstractInterceptHandler {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Class<?> @Nullable [] types;

    /**
     * @param types the messages it asks for, or null for all
     */
    private Recorder(Class<?> @Nullable [] types) {
        this.types = types;
    }

    /** Returns a handler that says of no type in particular that it wants it, and so gets all. */
    static Recorder ofEverything() {
        return new Recorder(null);
    }

    static Recorder of(Class<?>... types) {
        return new Recorder(types);
    }

    @Override
    public String getID() {
        return "recorder";
    }

    @Override
    @SuppressWarnings("NullAway") // Moquette allows null for all
    public Class<?>[] getInterceptedMessageTypes() {
        return types;
    }

    /** Returns what it was told, in order. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Waits for the first lines, and returns them. */
    List<String> first(int count) {
        return Embedding.await().until(this::lines, all -> all.size() >= count).subList(0, count);
    }

    /** Waits for a line that begins so, and returns it. */
    String line(String beginning) {
        Embedding.await().until(() -> lines.stream().anyMatch(line -> line.startsWith(beginning)));
        return lines.stream()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElseThrow();
    }

    /** Returns the names of the threads that told it something. */
    List<String> threads() {
        return threads.stream().map(Thread::getName).toList();
    }

    private void add(String line) {
        threads.add(Thread.currentThread());
        lines.add(line);
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void onConnect(InterceptConnectMessage msg) {
        add("connect %s %s/%d clean %b keep alive %d user %b %s password %b %s will %b"
                        .formatted(
                                msg.getClientID(),
                                msg.getProtocolName(),
                                msg.getProtocolVersion(),
                                msg.isCleanSession(),
                                msg.getKeepAlive(),
                                msg.isUserFlag(),
                                msg.getUsername(),
                                msg.isPasswordFlag(),
                                text(msg.getPassword()),
                                msg.isWillFlag())
                + (msg.isWillFlag()
                        ? " %s %s qos %d retain %b"
                                .formatted(
                                        msg.getWillTopic(),
                                        text(msg.getWillMessage()),
                                        msg.getWillQos(),
                                        msg.isWillRetain())
                        : ""));
    }

    @Override
    public void onDisconnect(InterceptDisconnectMessage msg) {
        add("disconnect %s user %s".formatted(msg.getClientID(), msg.getUsername()));
    }

    @Override
    public void onConnectionLost(InterceptConnectionLostMessage msg) {
        add("lost %s user %s".formatted(msg.getClientID(), msg.getUsername()));
    }

    @Override
    public void onPublish(InterceptPublishMessage msg) {
        ByteBuf payload = msg.getPayload();
        add("publish %s user %s %s '%s' %s retain %b dup %b"
                .formatted(
                        msg.getClientID(),
                        msg.getUsername(),
                        msg.getTopicName(),
                        payload.toString(StandardCharsets.UTF_8),
                        msg.getQos(),
                        msg.isRetainFlag(),
                        msg.isDupFlag()));
        super.onPublish(msg);
    }

    @Override
    public void onSubscribe(InterceptSubscribeMessage msg) {
        add("subscribe %s user %s %s %s no local %b retain as published %b %s"
                .formatted(
                        msg.getClientID(),
                        msg.getUsername(),
                        msg.getTopicFilter(),
                        msg.getRequestedQos(),
                        msg.getOption().isNoLocal(),
                        msg.getOption().isRetainAsPublished(),
                        msg.getOption().retainHandling()));
    }

    @Override
    public void onUnsubscribe(InterceptUnsubscribeMessage msg) {
        add("unsubscribe %s user %s %s".formatted(msg.getClientID(), msg.getUsername(), msg.getTopicFilter()));
    }

    @Override
    public void onMessageAcknowledged(InterceptAcknowledgedMessage msg) {
        add("acknowledged user %s %s packet %d".formatted(msg.getUsername(), msg.getTopic(), msg.getPacketID()));
    }

    @Override
    public void onSessionLoopError(Throwable error) {
        add("error " + error);
    }
}
