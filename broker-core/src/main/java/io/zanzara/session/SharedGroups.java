package io.zanzara.session;

import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.message.Subscription;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.SessionRecord;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** All shared groups by the name of their queue ({@code $share/group/filter}). Any thread. */
final class SharedGroups {

    private final ConcurrentHashMap<ClientId, SharedGroup> groups = new ConcurrentHashMap<>();
    private final SessionContext context;
    private final List<Loop> loops;
    private final LongSupplier freshSequence;
    private final LongConsumer usedThrough;

    /**
     * @param freshSequence where a new group's queue begins
     * @param usedThrough told where the queue of one that has ended would have gone on: later ones begin above
     */
    SharedGroups(SessionContext context, List<Loop> loops, LongSupplier freshSequence, LongConsumer usedThrough) {
        this.context = context;
        this.loops = loops;
        this.freshSequence = freshSequence;
        this.usedThrough = usedThrough;
    }

    private static ClientId nameOf(TopicFilter filter) {
        return ClientId.ofGroup(Objects.requireNonNull(filter.group()), new TopicFilter(filter.value(), null));
    }

    private Loop loopOf(ClientId name) {
        return loops.get(Math.floorMod(name.hashCode(), loops.size()));
    }

    /** A session subscribes to its group; the group gets messages from now on. */
    void join(Subscription subscription, Session member) {
        ClientId name = nameOf(subscription.filter());
        groups.compute(name, (key, existing) -> {
            SharedGroup group = existing == null ? create(name) : existing;
            context.subscriptions()
                    .put(
                            Subscription.of(
                                    new TopicFilter(subscription.filter().value(), null), Qos.EXACTLY_ONCE),
                            group);
            group.mailbox().post(() -> group.join(member, subscription));
            return group;
        });
    }

    private SharedGroup create(ClientId name) {
        SharedGroup group =
                new SharedGroup(SharedGroup.newRecord(name, freshSequence.getAsLong()), loopOf(name), context, this);
        group.mailbox().post(group::begin);
        return group;
    }

    void leave(TopicFilter filter, Session member) {
        with(filter, group -> group.leave(member));
    }

    /** A member wants messages again, or for the first time. */
    void ask(TopicFilter filter, Session member) {
        with(filter, group -> group.ask(member));
    }

    void presence(TopicFilter filter, Session member, boolean online) {
        with(filter, group -> group.presence(member, online));
    }

    private void with(TopicFilter filter, java.util.function.Consumer<SharedGroup> command) {
        SharedGroup group = groups.get(nameOf(filter));
        if (group != null) {
            group.mailbox().post(() -> command.accept(group));
        }
    }

    /** The last member has left: on the group's loop, unless somebody joins at this moment. */
    void retire(SharedGroup group, Runnable end) {
        groups.computeIfPresent(group.client(), (name, current) -> {
            if (current != group || !group.isEmpty()) {
                return current;
            }
            TopicFilter filter = TopicFilter.parse(name.value());
            context.subscriptions().remove(new TopicFilter(filter.value(), null), name);
            usedThrough.accept(group.nextSequence());
            end.run();
            return null;
        });
    }

    Collection<SharedGroup> all() {
        return groups.values();
    }

    /** A group's queue, as the store has it. */
    void load(SessionRecord record) {
        groups.put(record.client(), new SharedGroup(record, loopOf(record.client()), context, this));
    }

    /** Counts what waits, before anything runs. */
    void countBacklog() {
        groups.values().forEach(SharedGroup::countBacklog);
    }

    /** All members are there; groups without any end. */
    void loaded() {
        groups.values().forEach(group -> group.mailbox().post(group::retireIfEmpty));
    }
}
