@NullMarked
package io.zanzara.moquette.example;

import org.jspecify.annotations.NullMarked;
