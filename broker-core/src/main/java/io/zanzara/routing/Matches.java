package io.zanzara.routing;

import io.zanzara.message.ClientId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The subscriptions with one filter, immutable: one alone, as nearly all filters have it, or a map of many. */
sealed interface Matches permits Match, Matches.Many {

    /** Those of two clients or more. */
    record Many(PersistentMap<Match> byClient) implements Matches {}

    static int size(@Nullable Matches matches) {
        if (matches == null) {
            return 0;
        }
        return matches instanceof Many many ? many.byClient.size() : 1;
    }

    /** Returns these with another one, in the place of the one that its client has. */
    static Matches with(@Nullable Matches matches, Match added) {
        ByClient key = new ByClient(added.subscriber().client());
        if (matches instanceof Many many) {
            return new Many(many.byClient.with(key, added));
        }
        if (!(matches instanceof Match one) || key.isOf(one)) {
            return added;
        }
        PersistentMap<Match> alone = PersistentMap.empty();
        return new Many(alone.with(new ByClient(one.subscriber().client()), one).with(key, added));
    }

    /** Returns these without a client's, null if nothing is left, or these themselves if it has none. */
    static @Nullable Matches without(Matches matches, ClientId client) {
        ByClient key = new ByClient(client);
        if (matches instanceof Many many) {
            PersistentMap<Match> left = many.byClient.without(key);
            if (left == many.byClient) {
                return many;
            }
            return left.size() == 1 ? left.first() : new Many(left);
        }
        return key.isOf((Match) matches) ? null : matches;
    }

    /** Calls back for each, in the same order for the same subscriptions. */
    static void forEach(Matches matches, Consumer<? super Match> action) {
        if (matches instanceof Many many) {
            many.byClient.forEach(action);
        } else {
            action.accept((Match) matches);
        }
    }

    /** What a match is found by. */
    record ByClient(ClientId client) implements PersistentMap.Key<Match> {

        @Override
        public int hash() {
            return client.hashCode();
        }

        @Override
        public int hashOf(Match match) {
            return match.subscriber().client().hashCode();
        }

        @Override
        public boolean isOf(Match match) {
            return client.equals(match.subscriber().client());
        }

        @Override
        public int compareTo(Match match) {
            return client.compareTo(match.subscriber().client());
        }
    }
}
