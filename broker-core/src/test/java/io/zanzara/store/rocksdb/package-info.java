@NullMarked
package io.zanzara.store.rocksdb;

import org.jspecify.annotations.NullMarked;
