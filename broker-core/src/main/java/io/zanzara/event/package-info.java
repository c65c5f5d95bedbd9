/** Tells what happened: typed events for listeners. */
@NullMarked
package io.zanzara.event;

import org.jspecify.annotations.NullMarked;
