@NullMarked
package io.zanzara.moquette.config;

import org.jspecify.annotations.NullMarked;
