@NullMarked
package io.zanzara.moquette;

import org.jspecify.annotations.NullMarked;
