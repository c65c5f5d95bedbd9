/** Subscribes to a topic in a persistent session and prints what arrives. */
@NullMarked
package io.zanzara.subscriber;

import org.jspecify.annotations.NullMarked;
