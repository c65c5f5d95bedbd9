/** Bytes of stored records, for stores that keep bytes. */
@NullMarked
package io.zanzara.store.record;

import org.jspecify.annotations.NullMarked;
