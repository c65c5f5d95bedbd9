/** Tests of backups. */
@NullMarked
package io.zanzara.service.backup;

import org.jspecify.annotations.NullMarked;
