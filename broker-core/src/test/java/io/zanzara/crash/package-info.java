/** A broker that dies at each step in turn, the clients that come back to it, and what must hold then. */
@NullMarked
package io.zanzara.crash;

import org.jspecify.annotations.NullMarked;
