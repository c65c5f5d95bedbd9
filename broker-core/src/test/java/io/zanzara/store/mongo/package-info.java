/** What holds for the store in MongoDB only, and a MongoDB to try it on. */
@NullMarked
package io.zanzara.store.mongo;

import org.jspecify.annotations.NullMarked;
