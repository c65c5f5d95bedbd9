/** Tells Moquette's interceptors what happens. */
@NullMarked
package io.zanzara.moquette.intercept;

import org.jspecify.annotations.NullMarked;
