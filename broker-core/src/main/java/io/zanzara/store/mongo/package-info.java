/** The store in MongoDB: collections that can be read in a Mongo shell, writes in batches, plans where a batch is not atomic. */
@NullMarked
package io.zanzara.store.mongo;

import org.jspecify.annotations.NullMarked;
