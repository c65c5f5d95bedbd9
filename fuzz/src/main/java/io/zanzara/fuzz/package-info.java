/**
 * Sends packets that are made up or damaged to the decoder, and over sockets to the packaged broker while bystanders go on. Reproducible by a
 * seed as far as the packets go; what was sent last is kept, so that a finding can be sent again.
 */
@NullMarked
package io.zanzara.fuzz;

import org.jspecify.annotations.NullMarked;
