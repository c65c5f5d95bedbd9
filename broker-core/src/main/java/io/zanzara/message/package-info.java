/** Values that are true on their own: topics, filters, quality of service, publications; and where their identifiers come from. */
@NullMarked
package io.zanzara.message;

import org.jspecify.annotations.NullMarked;
