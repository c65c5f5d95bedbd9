/** Packets over a real socket: what the standard says of formats, first packets and violations. */
@NullMarked
package io.zanzara.protocol;

import org.jspecify.annotations.NullMarked;
