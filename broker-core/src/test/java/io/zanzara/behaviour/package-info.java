/** What the broker does with good packets, statement by statement of the standard, over a real socket. */
@NullMarked
package io.zanzara.behaviour;

import org.jspecify.annotations.NullMarked;
