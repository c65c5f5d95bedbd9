/** Tests of the audit room. */
@NullMarked
package io.zanzara.service.audit;

import org.jspecify.annotations.NullMarked;
