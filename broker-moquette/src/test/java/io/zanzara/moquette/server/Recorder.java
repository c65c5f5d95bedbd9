package io.zanzara.moquette.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moquette.interception.AbstractInterceptHandler;
import io.moquette.interception.messages.InterceptAcknowledgedMessage;
import io.moquette.interception.messages.InterceptConnectMessage;
import io.moquette.interception.messages.InterceptConnectionLostMessage;
import io.moquette.interception.messages.InterceptDisconnectMessage;
import io.moquette.interception.messages.InterceptPublishMessage;
import io.moquette.interception.messages.InterceptSubscribeMessage;
import io.moquette.interception.messages.InterceptUnsubscribeMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An interceptor that writes down what it is told, a line for each call. */
class Recorder extends AbstractInterceptHandler {

    final List<String> lines = new CopyOnWriteArrayList<>();
    private final String id;

    Recorder(String id) {
        this.id = id;
    }

    @Override
    public String getID() {
        return id;
    }

    @Override
    public void onConnect(InterceptConnectMessage msg) {
        String password = msg.getPassword() == null ? null : new String(msg.getPassword(), UTF_8);
        String will = msg.isWillFlag()
                ? msg.getWillTopic() + " " + new String(msg.getWillMessage(), UTF_8) + " QoS " + msg.getWillQos()
                        + (msg.isWillRetain() ? " retained" : "")
                : null;
        lines.add("connect " + msg.getClientID() + " clean " + msg.isCleanSession() + " keep-alive "
                + msg.getKeepAlive() + " user " + msg.getUsername() + "/" + msg.isUserFlag() + " password " + password
                + "/" + msg.isPasswordFlag() + " will " + will + " " + msg.getProtocolName() + " "
                + msg.getProtocolVersion());
    }

    @Override
    public void onDisconnect(InterceptDisconnectMessage msg) {
        lines.add("disconnect " + msg.getClientID() + " user " + msg.getUsername());
    }

    @Override
    public void onConnectionLost(InterceptConnectionLostMessage msg) {
        lines.add("lost " + msg.getClientID() + " user " + msg.getUsername());
    }

    @Override
    public void onPublish(InterceptPublishMessage msg) {
        lines.add("publish " + msg.getClientID() + " user " + msg.getUsername() + " " + msg.getTopicName() + " "
                + msg.getPayload().toString(UTF_8) + " QoS " + msg.getQos().value()
                + (msg.isRetainFlag() ? " retained" : "") + (msg.isDupFlag() ? " dup" : ""));
        super.onPublish(msg);
    }

    @Override
    public void onSubscribe(InterceptSubscribeMessage msg) {
        lines.add("subscribe " + msg.getClientID() + " user " + msg.getUsername() + " " + msg.getTopicFilter() + " QoS "
                + msg.getRequestedQos().value());
    }

    @Override
    public void onUnsubscribe(InterceptUnsubscribeMessage msg) {
        lines.add("unsubscribe " + msg.getClientID() + " user " + msg.getUsername() + " " + msg.getTopicFilter());
    }

    @Override
    public void onMessageAcknowledged(InterceptAcknowledgedMessage msg) {
        lines.add("acknowledged user " + msg.getUsername() + " " + msg.getTopic() + " " + (msg.getPacketID() > 0) + " "
                + msg.getMsg());
    }

    @Override
    public void onSessionLoopError(Throwable error) {
        lines.add("error " + error.getMessage());
    }
}
