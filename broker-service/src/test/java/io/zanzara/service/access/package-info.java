/** Tests of the locks. */
@NullMarked
package io.zanzara.service.access;

import org.jspecify.annotations.NullMarked;
