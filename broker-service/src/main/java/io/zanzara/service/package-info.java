/** The broker as a Spring Boot application. */
@NullMarked
package io.zanzara.service;

import org.jspecify.annotations.NullMarked;
