package io.zanzara.endtoend;

final class EmbeddedConsoleIT extends ConsoleContract {

    EmbeddedConsoleIT() {
        super(Backend.EMBEDDED);
    }
}
