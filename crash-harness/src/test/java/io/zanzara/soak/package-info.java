/** Tests the harness: its bookkeeping by itself, and as a whole on brokers whose stores are broken on purpose. */
@NullMarked
package io.zanzara.soak;

import org.jspecify.annotations.NullMarked;
