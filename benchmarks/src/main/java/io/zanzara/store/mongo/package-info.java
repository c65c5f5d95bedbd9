/** Benchmarks of what is nobody else's to call. */
@NullMarked
package io.zanzara.store.mongo;

import org.jspecify.annotations.NullMarked;
