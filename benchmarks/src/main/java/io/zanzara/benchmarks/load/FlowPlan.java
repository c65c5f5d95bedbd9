package io.zanzara.benchmarks.load;

/**
 * Who publishes to whom.
 *
 * @param publishers how many, each on a topic of its own
 * @param subscribers how many
 * @param shape who gets what
 * @param qos of publications and subscriptions
 * @param persistent whether subscribers keep their sessions
 * @param window most messages of one publisher that are unacknowledged, or have not come everywhere
 */
record FlowPlan(int publishers, int subscribers, Shape shape, int qos, boolean persistent, int window) {

    /** Payload of every message. */
    static final int PAYLOAD_BYTES = 128;

    private static final String TOPICS = "load/topic/";

    enum Shape {
        /** Each publisher has one subscriber. */
        PAIRS,
        /** One publisher, and all subscribe to its topic. */
        FAN_OUT,
        /** One subscriber gets everything. */
        FAN_IN
    }

    String topic(int publisher) {
        return TOPICS + publisher;
    }

    String filter(int subscriber) {
        return switch (shape) {
            case PAIRS -> topic(subscriber);
            case FAN_OUT -> topic(0);
            case FAN_IN -> publishers == 1 ? topic(0) : TOPICS + "+";
        };
    }

    int firstPublisher(int subscriber) {
        return shape == Shape.PAIRS ? subscriber : 0;
    }

    int publishersOf(int subscriber) {
        return shape == Shape.FAN_IN ? publishers : 1;
    }

    /** How many get each message. */
    int copies() {
        return shape == Shape.FAN_OUT ? subscribers : 1;
    }
}
