/** Tests of the room of the same name. */
@NullMarked
package io.zanzara.access;

import org.jspecify.annotations.NullMarked;
