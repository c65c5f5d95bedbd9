/** Tests the fuzzing: its checks by themselves, on decoders that are broken on purpose, and a short run on the packaged broker. */
@NullMarked
package io.zanzara.fuzz;

import org.jspecify.annotations.NullMarked;
