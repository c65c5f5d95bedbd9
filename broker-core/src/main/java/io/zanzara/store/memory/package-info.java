/** A store in memory: nothing survives the process. */
@NullMarked
package io.zanzara.store.memory;

import org.jspecify.annotations.NullMarked;
