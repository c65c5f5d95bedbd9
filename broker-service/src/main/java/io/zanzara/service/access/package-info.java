/** The locks: who may connect, who may do what, and the certificates that listeners show. */
@NullMarked
package io.zanzara.service.access;

import org.jspecify.annotations.NullMarked;
