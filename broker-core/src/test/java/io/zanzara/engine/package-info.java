/** The whole engine over real sockets, with clients that others wrote. */
@NullMarked
package io.zanzara.engine;

import org.jspecify.annotations.NullMarked;
