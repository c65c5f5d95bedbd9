package io.zanzara.endtoend;

import java.nio.file.Path;

/** The stores that every console is tried on. */
enum Backend {
    EMBEDDED,
    MONGODB;

    /** A place nobody has used; a broker started a second time with the same options finds what the first left. */
    Location fresh(Path folder) {
        if (this == EMBEDDED) {
            Path data = folder.resolve("data");
            return new Location(this, data.toString(), "--zanzara.store.embedded.path=" + data);
        }
        String uri = Mongod.shared().freshDatabase();
        return new Location(this, uri, "--spring.mongodb.uri=" + uri);
    }

    /**
     * Where a broker keeps its state.
     *
     * @param address the folder, or the URI of the database
     */
    record Location(Backend backend, String address, String option) {

        String type() {
            return backend == EMBEDDED ? "embedded" : "mongodb";
        }
    }
}
