package io.zanzara.store;

import io.zanzara.message.Publication;
import io.zanzara.message.Topic;
import org.jspecify.annotations.Nullable;

/**
 * The retained message of a topic, or the fact that it was deleted (a tombstone, so that a late write of an older version has no effect).
 *
 * @param topic whose message it is
 * @param version higher ones overwrite lower ones, never the other way round; see {@link Sequence}
 * @param publication the message, or null if this is a tombstone
 */
public record RetainedRecord(
        Topic topic, long version, @Nullable Publication publication) {}
