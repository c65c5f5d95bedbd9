/** Values that are true on their own: topics, filters, quality of service, publications. */
@NullMarked
package io.zanzara.message;

import org.jspecify.annotations.NullMarked;
