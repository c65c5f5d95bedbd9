/** Starts and stops the engine as Moquette's Server. */
@NullMarked
package io.zanzara.moquette.server;

import org.jspecify.annotations.NullMarked;
