package io.zanzara.endtoend;

final class MongodbMoscaDefectsIT extends MoscaDefectsContract {

    MongodbMoscaDefectsIT() {
        super(Backend.MONGODB);
    }
}
