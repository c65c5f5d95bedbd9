package io.zanzara.store.rocksdb;

import java.util.Locale;

/** The column families. Their names are on disk: a new one may be added, none may be renamed. */
enum Table {
    META,
    SESSIONS,
    SUBSCRIPTIONS,
    INCOMING,
    PACKETS,
    RETAINED;

    byte[] nameOnDisk() {
        return Keys.bytes(name().toLowerCase(Locale.ROOT));
    }
}
