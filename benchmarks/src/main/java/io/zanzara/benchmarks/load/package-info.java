/** The load generator: MQTT 3.1.1 over plain sockets, one thread, nothing of the broker in it; it measures, and checks what it gets. */
@NullMarked
package io.zanzara.benchmarks.load;

import org.jspecify.annotations.NullMarked;
