/** Bytes to packets and back, for MQTT 3.1, 3.1.1 and 5.0, without state but the protocol level. */
@NullMarked
package io.zanzara.codec;

import org.jspecify.annotations.NullMarked;
