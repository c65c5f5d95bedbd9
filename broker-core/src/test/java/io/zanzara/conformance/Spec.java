package io.zanzara.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the normative statements of the standard that a test tries: the test fails on a broker that breaks them. {@code docs/conformance.md} is
 * made from these.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Spec {

    /** Statements of MQTT 5.0, such as {@code MQTT-3.1.0-2}. */
    String[] v5() default {};

    /** Statements of MQTT 3.1.1. */
    String[] v311() default {};
}
