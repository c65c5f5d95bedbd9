/** One readable line in the log for each thing that happens. */
@NullMarked
package io.zanzara.service.audit;

import org.jspecify.annotations.NullMarked;
