/** Publishes a numbered greeting at a steady pace and prints each number once the broker has acknowledged it. */
@NullMarked
package io.zanzara.publisher;

import org.jspecify.annotations.NullMarked;
