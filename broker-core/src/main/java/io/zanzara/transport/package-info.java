/** Bytes, channels, flush and read pause, on Netty. */
@NullMarked
package io.zanzara.transport;

import org.jspecify.annotations.NullMarked;
