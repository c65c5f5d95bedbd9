/** Tests of the room of the same name. */
@NullMarked
package io.zanzara.session;

import org.jspecify.annotations.NullMarked;
