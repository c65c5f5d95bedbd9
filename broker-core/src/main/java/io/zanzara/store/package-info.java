/** The storage interface: what must survive a restart, as atomic batches. */
@NullMarked
package io.zanzara.store;

import org.jspecify.annotations.NullMarked;
