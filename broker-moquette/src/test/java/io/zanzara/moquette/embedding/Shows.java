package io.zanzara.moquette.embedding;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the test that shows a defect of Moquette's on Moquette, and its absence on ours. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Shows {

    MoquetteDefect value();
}
