/** A store in memory: for tests, and for brokers that may forget. */
@NullMarked
package io.zanzara.store.memory;

import org.jspecify.annotations.NullMarked;
