/** One and the same programs that embed a broker, run on Moquette itself and on ours. */
@NullMarked
package io.zanzara.moquette.embedding;

import org.jspecify.annotations.NullMarked;
