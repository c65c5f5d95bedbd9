/** What a user sees: the packaged jars run as processes, and their consoles are read. */
@NullMarked
package io.zanzara.endtoend;

import org.jspecify.annotations.NullMarked;
