package io.zanzara.service.access;

import io.zanzara.service.engine.InvalidSettingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of settings that is read again when it has changed. Its content is compared, not its time: that works on every file system, also
 * where a file is swapped through a link. A change counts when two looks in a row have seen the same, so that none is taken up half written.
 * What is not right is said once, and what was there before goes on.
 */
final class WatchedFile {

    /** Takes the lines up, or says what is wrong with them. */
    interface Taker {

        /** @throws IllegalArgumentException with a sentence that names the line */
        void take(List<String> lines);
    }

    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);
    private static final int MOST_BYTES = 16 << 20;

    private final String setting;
    private final Path path;
    private final String content;
    private final Taker taker;
    private byte[] current = {};
    private byte @Nullable [] changed;
    private @Nullable String trouble;

    /**
     * Names the file; nothing is read yet.
     *
     * @param setting that names the file
     * @param content what is in it, for people, such as "a file of users"
     */
    WatchedFile(String setting, Path path, String content, Taker taker) {
        this.setting = setting;
        this.path = path;
        this.content = content;
        this.taker = taker;
    }

    /**
     * Reads it for the first time.
     *
     * @throws InvalidSettingException if it is not there or not right
     */
    void read() {
        try {
            current = bytes();
            taker.take(lines(current));
        } catch (IOException e) {
            throw new InvalidSettingException(setting, path, content + " (" + reason(e) + ")");
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(setting, path, content + " (" + e.getMessage() + ")");
        }
    }

    /** Looks whether it has changed; called about once a second, by one thread. */
    void look() {
        byte[] seen;
        try {
            seen = bytes();
        } catch (IOException e) {
            changed = null;
            complain(reason(e));
            return;
        }
        if (Arrays.equals(seen, current)) {
            changed = null;
            trouble = null;
        } else if (Arrays.equals(seen, changed)) {
            takeUp(seen);
        } else {
            changed = seen;
        }
    }

    private void takeUp(byte[] seen) {
        try {
            taker.take(lines(seen));
            current = seen;
            trouble = null;
            LOG.info("Took up the new content of {}, {}", path, content);
        } catch (IllegalArgumentException e) {
            complain(e.getMessage());
        }
    }

    /** Each trouble once, however often it is seen. */
    private void complain(@Nullable String reason) {
        if (reason != null && !reason.equals(trouble)) {
            trouble = reason;
            LOG.error(
                    "{} is no longer {} ({}), so what it said before still holds: {}", path, content, reason, setting);
        }
    }

    private byte[] bytes() throws IOException {
        if (Files.size(path) > MOST_BYTES) {
            throw new IOException("it is larger than 16 MB");
        }
        return Files.readAllBytes(path);
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        String message = e.getMessage();
        return e.getClass().equals(IOException.class) && message != null
                ? message
                : "it can't be read: " + e.getClass().getSimpleName();
    }

    private static List<String> lines(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.lines().toList();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it is not in UTF-8", e);
        }
    }
}
