/** Tests of the engine room. */
@NullMarked
package io.zanzara.service.engine;

import org.jspecify.annotations.NullMarked;
