/** Turns the settings into a broker, starts and stops it, and passes its events on. */
@NullMarked
package io.zanzara.service.engine;

import org.jspecify.annotations.NullMarked;
