@NullMarked
package io.zanzara.moquette.server;

import org.jspecify.annotations.NullMarked;
