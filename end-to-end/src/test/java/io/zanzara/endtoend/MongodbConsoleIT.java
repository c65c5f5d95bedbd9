package io.zanzara.endtoend;

final class MongodbConsoleIT extends ConsoleContract {

    MongodbConsoleIT() {
        super(Backend.MONGODB);
    }
}
