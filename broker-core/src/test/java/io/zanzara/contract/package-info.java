/** What every implementation of a port must do, written once against the port. */
@NullMarked
package io.zanzara.contract;

import org.jspecify.annotations.NullMarked;
