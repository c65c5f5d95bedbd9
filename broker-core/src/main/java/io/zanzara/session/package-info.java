/** What one client may do next, and what the broker owes it. */
@NullMarked
package io.zanzara.session;

import org.jspecify.annotations.NullMarked;
