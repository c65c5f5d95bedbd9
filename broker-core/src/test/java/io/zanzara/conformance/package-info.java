/** Which test tries which statement of the standard. */
@NullMarked
package io.zanzara.conformance;

import org.jspecify.annotations.NullMarked;
