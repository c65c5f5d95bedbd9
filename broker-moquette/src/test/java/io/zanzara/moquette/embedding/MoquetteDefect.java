package io.zanzara.moquette.embedding;

/**
 * The differences between the two servers, all but one of them defects of Moquette 0.18.3. One test shows each, on both, so that none stays in this list
 * that isn't there.
 */
enum MoquetteDefect {
    /** {@code PostOffice.receivedPublishQos0} and {@code internalPublish} clear what is retained instead of retaining. */
    RETAINED_AT_QOS_0_IS_LOST("fence", "kept"),

    /** {@code PostOffice.publishWill} only routes. */
    RETAINED_WILLS_ARE_NOT_RETAINED("fence", "farewell"),

    /** A PUBLISH with DUP goes to those only whom an earlier one didn't reach: nobody, if the server never saw the earlier one. */
    FIRST_SEEN_AS_DUPLICATE_IS_LOST("fence", "not seen before"),

    /**
     * A session of 3.x gets again what it has not acknowledged after five seconds at the earliest, and never if something new comes before, which
     * takes its packet identifier: those begin at 1 with each connection.
     */
    UNACKNOWLEDGED_IS_LOST_AT_A_RECONNECT("second", "first, again"),

    /** What has been sent and not acknowledged is in memory only. */
    WHAT_IS_IN_FLIGHT_IS_LOST_AT_A_RESTART("later", "in flight, again"),

    /** With {@code persistent_queue_type h2} {@code SessionRegistry.close} drops all queues, and with them the sessions. */
    QUEUES_IN_H2_GO_WHEN_THE_SERVER_STOPS("no session", "session with waiting"),

    /** {@code SharedSubscriptionUtils.extractShareName} looks for a slash that isn't there. The thread ends that served this client and others. */
    MALFORMED_SHARE_ENDS_A_LOOP("a session loop has ended", "the client is disconnected"),

    /** What the policy throws ends the thread that served this client and others. */
    POLICIES_THAT_THROW_END_A_LOOP("never served again", "served on"),

    /** {@code AuthorizationsCollector} replaces %u in a pattern by the name of a user who has none. */
    ANONYMOUS_CLIENTS_END_A_LOOP_BY_A_PATTERN("never served again", "served on"),

    /** {@code ACLFileParser} takes the # at the end of a topic for the beginning of a comment. */
    MULTI_LEVEL_WILDCARDS_IN_ACL_FILES_ARE_COMMENTS("refused", "read"),

    /** {@code AuthorizationsCollector} makes a topic filter of a pattern and whatever the client calls itself. */
    CLIENT_IDENTIFIERS_ARE_WILDCARDS("written to data/other", "refused"),

    /** {@code PostOffice.publishWill} asks no policy. */
    WILLS_ARE_NOT_CHECKED("closed", "open"),

    /** The policy is asked about the filter of a subscription, not about the retained messages that it brings. */
    RETAINED_MESSAGES_ARE_NOT_CHECKED("a/closed", "a/open"),

    /** {@code PostOffice.subscribeClientToTopics} answers that a shared subscription is refused, and makes it. */
    REFUSED_SHARED_SUBSCRIPTIONS_ARE_MADE("closed", "open"),

    /** A PUBLISH that the policy refuses is never answered, so its client sends it again and again, or waits for ever. */
    REFUSED_PUBLISHES_ARE_NOT_ACKNOWLEDGED("packet 2, code 0x0", "packet 1, code 0x87"),

    /** {@code Server.loadClass} logs that there is no such class, and the server starts without an authenticator. */
    UNKNOWN_AUTHENTICATOR_LETS_EVERYBODY_IN("eve is in", "nobody is in"),

    /** {@code ResourceLoaderConfig} reads a file as far as the first line that it can't parse, and warns of it. */
    A_WRONG_LINE_BRINGS_THE_DEFAULTS("anybody is in", "not started"),

    /** {@code NewNettyAcceptor.initialize} logs that there is no TLS, and leaves its ports out. */
    TLS_THAT_CANNOT_BE_HAD_IS_LEFT_OUT("started without TLS", "not started"),

    /** A client may go on after CONNECT without waiting for CONNACK (MQTT 3.1.1, 3.1.4); a SUBSCRIBE that does ends the connection. */
    PACKETS_RIGHT_AFTER_CONNECT_END_THE_CONNECTION("closed", "SUBACK"),

    /** After each {@code onDisconnect} comes an {@code onConnectionLost}. */
    CONNECTION_LOST_IS_TOLD_AFTER_DISCONNECT("lost too", "disconnect alone"),

    /** Nothing calls {@code onMessageAcknowledged}. */
    ACKNOWLEDGED_IS_NOT_TOLD("never", "told"),

    /** {@code PostOffice.subscribeClientToTopics} tells of the other subscriptions of a SUBSCRIBE only. */
    SHARED_SUBSCRIPTIONS_ARE_NOT_TOLD("a", "$share/group/jobs"),

    /** {@code onConnect} has the identifier that the packet has, not the one that the server has chosen, as all later callbacks do. */
    CHOSEN_IDENTIFIERS_ARE_NOT_TOLD("none", "the chosen one"),

    /** Whoever knows a client identifier gets the session's messages, under whatever user name. */
    OTHER_USERS_TAKE_SESSIONS_OVER("eve has ada's session", "eve is refused"),

    /** A client of 5.0 that asks for no session expiry interval asks for 0 (MQTT 5.0, 3.1.2.11.2). */
    SESSIONS_WITHOUT_EXPIRY_ARE_KEPT("kept", "ended"),

    /** Not a defect: the standard leaves it to the server. Moquette has a setting, which ours warns of and does not follow. */
    CLIENTS_WITHOUT_A_NAME_ARE_REFUSED("refused, code 2", "accepted"),

    /** Of a PUBLISH all handlers are told in one go, which ends with the first exception. */
    A_HANDLER_THAT_THROWS_HIDES_PUBLISHES("not told", "told"),

    /** One thread serves all handlers. */
    A_HANDLER_THAT_BLOCKS_STOPS_THE_OTHERS("not told", "told"),

    /** {@code Session.closeImmediately} closes the connection of a client that has none. */
    ABSENT_CLIENTS_CANNOT_BE_DISCONNECTED("NullPointerException, NullPointerException", "true, true");

    private final String onMoquette;
    private final String onOurs;

    /**
     * @param onMoquette what its test sees on Moquette
     * @param onOurs what its test sees on ours
     */
    MoquetteDefect(String onMoquette, String onOurs) {
        this.onMoquette = onMoquette;
        this.onOurs = onOurs;
    }

    String onMoquette() {
        return onMoquette;
    }

    String onOurs() {
        return onOurs;
    }
}
