package io.zanzara.service.access;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at files once a second, on a thread of its own; without files there is no thread. */
final class FileWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "zanzara-files");
        thread.setDaemon(true);
        return thread;
    });

    /** From now on looks at this one too. */
    void add(WatchedFile file) {
        executor.scheduleWithFixedDelay(() -> look(file), 1, 1, TimeUnit.SECONDS);
    }

    private static void look(WatchedFile file) {
        try {
            file.look();
        } catch (RuntimeException e) { // else the executor would never look again
            LOG.error("could not look at a file of settings", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
