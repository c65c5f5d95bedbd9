/** Asks who a client is and what it may do. */
@NullMarked
package io.zanzara.access;

import org.jspecify.annotations.NullMarked;
