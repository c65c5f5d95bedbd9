package io.zanzara.endtoend;

final class EmbeddedMoscaDefectsIT extends MoscaDefectsContract {

    EmbeddedMoscaDefectsIT() {
        super(Backend.EMBEDDED);
    }
}
