/** Decides who receives a message: topic trie, shared groups, retained messages. */
@NullMarked
package io.zanzara.routing;

import org.jspecify.annotations.NullMarked;
