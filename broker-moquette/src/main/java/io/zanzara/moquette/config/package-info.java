/** Reads moquette.conf and the files it names. */
@NullMarked
package io.zanzara.moquette.config;

import org.jspecify.annotations.NullMarked;
