package io.zanzara.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryTest {

    private static final Party.Kind KIND = new Party.Kind(2, 5);

    @TempDir
    Path folder;

    @Test
    void tellsWhatAllConcernedDidAndSaw() throws Exception {
        Round.Plan plan = new Round.Plan("name", List.of(KIND), 1, 1, 1, 77, folder);
        Path journals = Files.createDirectories(Round.journalFolder(plan));
        long began = System.nanoTime();
        Message message = new Message(3, 14);
        Message other = new Message(1, 99);
        try (Journal publisher = new Journal(journals, KIND.name() + "-publisher-0", began);
                Journal subscriber = new Journal(journals, KIND.name() + "-online-1", began);
                Journal stranger = new Journal(journals, "qos1-mqtt5-online-1", began);
                Journal broker = new Journal(journals, "broker", began)) {
            publisher.note(Journal.Event.PUBLISH_SENT, 500, message);
            stranger.note(Journal.Event.PUBLISH_CAME, 65_535, message);
            subscriber.note(Journal.Event.CONNECTED);
            subscriber.note(Journal.Event.PUBLISH_CAME, 65_535, message);
            subscriber.note(Journal.Event.PUBLISH_CAME, 65_535, other);
            subscriber.note(Journal.Event.PUBLISH_CAME, 4, other);
            broker.note(Journal.Event.KILLED);
        }
        Findings findings = new Findings();
        findings.add(Fault.DUPLICATED, KIND.name() + "-online-1", message, "why");

        String history = Files.readString(History.write(plan, Outcome.of(plan, 1, List.of(), findings, 5)));

        assertThat(history)
                .contains("seed 77", "duplicated: qos2-mqtt5-online-1 Message[stream=3, number=14] why")
                .contains("qos2-mqtt5-publisher-0       PUBLISH_SENT identifier 500, stream 3, number 14")
                .contains("qos2-mqtt5-online-1          CONNECTED")
                .contains("PUBLISH_CAME identifier 65535, stream 3, number 14")
                .contains("PUBLISH_CAME identifier 65535, stream 1, number 99")
                .contains("broker                       KILLED")
                .doesNotContain("qos1-mqtt5", "identifier 4,");
    }
}
