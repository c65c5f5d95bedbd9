/** Translates MQTT packets to session commands and back; all that differs between the versions. */
@NullMarked
package io.zanzara.protocol;

import org.jspecify.annotations.NullMarked;
