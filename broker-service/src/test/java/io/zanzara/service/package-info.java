/** The service as it is started: a real broker behind real settings. */
@NullMarked
package io.zanzara.service;

import org.jspecify.annotations.NullMarked;
