/** Starts and stops a broker; the only place that knows all rooms. */
@NullMarked
package io.zanzara;

import org.jspecify.annotations.NullMarked;
