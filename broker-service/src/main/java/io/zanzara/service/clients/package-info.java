/** Shows who is connected. */
@NullMarked
package io.zanzara.service.clients;

import org.jspecify.annotations.NullMarked;
