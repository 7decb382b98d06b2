package io.stepfree.load.chaos.nemesis;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which page a worker of one slot is at just now, by the end of its log. */
final class WorkerInHand {

    private static final int TAIL = 64 * 1024;
    private static final Pattern STEP =
            Pattern.compile(
                    ": (?:Attempt \\d+ (?:at (http\\S+)|completed|failed|came after)|A job was dropped)");

    private WorkerInHand() {}

    static Optional<String> of(Path log) {
        Matcher steps = STEP.matcher(tail(log));
        String page = null;
        while (steps.find()) {
            page = steps.group(1);
        }
        return Optional.ofNullable(page);
    }

    private static String tail(Path log) {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(0, file.length() - TAIL);
            file.seek(start);
            var bytes = new byte[(int) (file.length() - start)];
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return "";
        }
    }
}
