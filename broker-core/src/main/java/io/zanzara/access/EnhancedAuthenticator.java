package io.zanzara.access;

import io.zanzara.message.ReasonCode;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An authentication method of MQTT 5.0 section 4.12: decides who may connect by an exchange of messages. A client that names the method in its
 * CONNECT is decided on by it alone; {@link Authenticator} decides on those that name none.
 */
public interface EnhancedAuthenticator {

    /** Returns the name by which clients ask for it, such as {@code SCRAM-SHA-256}; always the same. */
    String method();

    /**
     * Begins the authentication, or the re-authentication, of one connection. Called on an event loop: must not block. What it throws refuses the
     * client.
     *
     * @param credentials what CONNECT said; nothing of it has been checked
     */
    Exchange begin(Credentials credentials);

    /** One authentication. Asked for one step after the other, on the connection's event loop; just dropped if the connection ends before. */
    @FunctionalInterface
    interface Exchange {

        /**
         * Takes what the client sent and says how it goes on. Must not block: an implementation that waits for something answers later, from any
         * thread. An exceptional completion refuses the client.
         *
         * @param data the client's authentication data, or null if its packet has none
         */
        CompletionStage<Step> next(byte @Nullable [] data);
    }

    /** How an authentication goes on. */
    sealed interface Step {

        /** Whatever it carries is between the two sides. */
        static Step challenge(byte[] data) {
            return new Challenge(data);
        }

        /**
         * The client is who it says.
         *
         * @param data for the client, or null for none
         * @param userName by which the {@link Authorizer} is asked from now on, or null for none; a re-authentication must come to the same
         */
        static Step success(byte @Nullable [] data, @Nullable String userName) {
            return new Success(data, userName);
        }

        /**
         * The connection ends.
         *
         * @param reasonCode an error
         * @param reason for the client and the log; must not tell a stranger what he can't know
         */
        static Step failure(ReasonCode reasonCode, String reason) {
            return new Failure(reasonCode, reason);
        }
    }

    /** The client has to answer {@code data}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Challenge(byte[] data) implements Step {
        @Override
        public String toString() {
            return "Challenge";
        }
    }

    /** See {@link Step#success}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Success(byte @Nullable [] data, @Nullable String userName) implements Step {
        @Override
        public String toString() {
            return "Success[user " + userName + "]";
        }
    }

    /** See {@link Step#failure}. */
    record Failure(ReasonCode reasonCode, String reason) implements Step {

        /** Checks that it says what failed. */
        public Failure {
            if (!reasonCode.isError()) {
                throw new IllegalArgumentException(reasonCode + " is no error");
            }
        }
    }
}
