package io.zanzara.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A program in a console of its own: what it printed, line by line, and how it ended. */
final class ConsoleProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SHOWN_ON_FAILURE = 60;

    private final String name;
    private final Process process;
    private final Thread reader;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private ConsoleProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.reader = new Thread(this::read, "console of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    static ConsoleProcess start(String name, List<String> command) {
        return start(name, command, Path.of(""));
    }

    static ConsoleProcess start(String name, List<String> command, Path folder) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toAbsolutePath().toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            return new ConsoleProcess(name, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException closed) {
            lines.add("(output ended: " + closed.getMessage() + ")");
        }
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Returns the lines that match as a whole, in order. */
    List<String> lines(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return lines.stream().filter(line -> pattern.matcher(line).matches()).toList();
    }

    long count(String regex) {
        return lines(regex).size();
    }

    /** Waits for a line that contains a match, and returns that match. */
    Matcher awaitMatch(String regex) {
        Pattern pattern = Pattern.compile(regex);
        await(
                "a line with " + regex,
                () -> lines.stream().anyMatch(line -> pattern.matcher(line).find()));
        for (String line : lines) {
            Matcher matcher = pattern.matcher(line);
            if (matcher.find()) {
                return matcher;
            }
        }
        throw new AssertionError("the line with " + regex + " is gone");
    }

    /** Waits until at least that many lines match as a whole. */
    void awaitCount(String regex, long count) {
        await(count + " lines like " + regex, () -> count(regex) >= count);
    }

    private void await(String what, Callable<Boolean> condition) {
        try {
            Awaitility.await(what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        boolean ended = !process.isAlive() && !reader.isAlive();
                        boolean met = condition.call();
                        if (ended && !met) {
                            throw new AssertionError(name + " ended with " + process.exitValue() + " while waiting for "
                                    + what + "; it printed:\n" + tail());
                        }
                        return met;
                    });
        } catch (ConditionTimeoutException timeout) {
            throw new AssertionError(name + ": waited in vain for " + what + "; it printed:\n" + tail(), timeout);
        }
    }

    /** Asks it to end (SIGTERM), and returns its exit code. Not Process.destroy(): that loses the last words. */
    int terminate() {
        process.toHandle().destroy();
        return awaitExit(PATIENCE);
    }

    /** Ends it at once (SIGKILL). */
    void kill() {
        process.toHandle().destroyForcibly();
        awaitExit(PATIENCE);
    }

    int awaitExit(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " did not end within " + patience + "; it printed:\n" + tail());
            }
            reader.join(PATIENCE.toMillis());
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + name, e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    String tail() {
        List<String> all = lines();
        return String.join("\n", all.subList(Math.max(0, all.size() - SHOWN_ON_FAILURE), all.size()));
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    @Override
    public String toString() {
        return name + " (process " + process.pid() + ")";
    }
}
