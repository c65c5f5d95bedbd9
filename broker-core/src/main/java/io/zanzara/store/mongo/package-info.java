/** A store in MongoDB, with the collections and fields that a mosca user knows. */
@NullMarked
package io.zanzara.store.mongo;

import org.jspecify.annotations.NullMarked;
