/** Tests of the room of the same name. */
@NullMarked
package io.zanzara.event;

import org.jspecify.annotations.NullMarked;
