/** Clients that do what the standard asks of them, and what must hold for them though the broker dies at each step or they come and go. */
@NullMarked
package io.zanzara.crash;

import org.jspecify.annotations.NullMarked;
