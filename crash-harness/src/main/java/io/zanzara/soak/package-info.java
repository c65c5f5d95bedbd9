/** Kills a broker under load again and again, and checks what its sessions got in the end. Knows the broker by its jar and its port only. */
@NullMarked
package io.zanzara.soak;

import org.jspecify.annotations.NullMarked;
