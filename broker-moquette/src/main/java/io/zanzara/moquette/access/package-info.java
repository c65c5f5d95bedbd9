/** Asks Moquette's authenticators and authorizators. */
@NullMarked
package io.zanzara.moquette.access;

import org.jspecify.annotations.NullMarked;
