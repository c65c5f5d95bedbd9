package io.zanzara.benchmarks.load;

/**
 * Who publishes to whom.
 *
 * @param root what clients' identifiers and topics begin with
 * @param publishers how many, each on topics of its own
 * @param subscribers how many
 * @param shape who gets what
 * @param qos of publications and subscriptions
 * @param persistent whether subscribers keep their sessions
 * @param topics how many topics each publisher has
 * @param window most messages of one publisher that are unacknowledged, or have not come everywhere
 */
record FlowPlan(
        String root,
        int publishers,
        int subscribers,
        Shape shape,
        int qos,
        boolean persistent,
        int topics,
        int window) {

    /** Payload of every message. */
    static final int PAYLOAD_BYTES = 128;

    enum Shape {
        /** Each publisher has one subscriber. */
        PAIRS,
        /** One publisher, and all subscribe to its topic. */
        FAN_OUT,
        /** One subscriber gets everything. */
        FAN_IN
    }

    /** The topic of a publisher; where it has several, the part before their numbers. */
    String topic(int publisher) {
        return root + "/topic/" + publisher + (topics > 1 ? "/" : "");
    }

    String filter(int subscriber) {
        if (shape == Shape.FAN_IN) {
            return root + "/topic/+";
        }
        return topic(shape == Shape.PAIRS ? subscriber : 0) + (topics > 1 ? "+" : "");
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
