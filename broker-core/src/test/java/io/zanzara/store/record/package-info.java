@NullMarked
package io.zanzara.store.record;

import org.jspecify.annotations.NullMarked;
