/** What needs no broker: identifiers and values. */
@NullMarked
package io.zanzara.message;

import org.jspecify.annotations.NullMarked;
