/** Shows the broker's counters as meters. */
@NullMarked
package io.zanzara.service.metrics;

import org.jspecify.annotations.NullMarked;
