/** How fast the subscribers of a topic are found. */
@NullMarked
package io.zanzara.benchmarks.trie;

import org.jspecify.annotations.NullMarked;
