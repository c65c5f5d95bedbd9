/** A real mongod for tests. */
@NullMarked
package io.zanzara.mongod;

import org.jspecify.annotations.NullMarked;
