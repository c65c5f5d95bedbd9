/** Makes copies of the embedded store while the broker runs. */
@NullMarked
package io.zanzara.service.backup;

import org.jspecify.annotations.NullMarked;
