package io.zanzara.moquette.embedding;

/** Where a set of tests gets its servers and clients from. */
interface UnderTest {

    Embedding under();
}
