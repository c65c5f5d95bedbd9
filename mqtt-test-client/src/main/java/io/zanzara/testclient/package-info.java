/** A client for tests that decides nothing: packets out as told, packets in as they come. */
@NullMarked
package io.zanzara.testclient;

import org.jspecify.annotations.NullMarked;
