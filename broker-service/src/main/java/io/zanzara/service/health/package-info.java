/** Tells whether the broker can keep its promises now. */
@NullMarked
package io.zanzara.service.health;

import org.jspecify.annotations.NullMarked;
