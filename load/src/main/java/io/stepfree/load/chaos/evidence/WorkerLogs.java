package io.stepfree.load.chaos.evidence;

import io.stepfree.load.chaos.evidence.Evidence.TakenJob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which jobs the workers say in their logs that they took, whatever they then made of them. */
public final class WorkerLogs {

    private static final Pattern TAKEN =
            Pattern.compile(
                    "\\[([0-9a-f-]{36})] .*: Attempt (\\d+) (?:at |came after its deadline)");

    private WorkerLogs() {}

    public static List<TakenJob> taken(Path log) throws IOException {
        var taken = new ArrayList<TakenJob>();
        // A killed process may leave half a character.
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            lines.forEach(line -> {
                var matcher = TAKEN.matcher(line);
                if (matcher.find()) {
                    taken.add(new TakenJob(matcher.group(1), Integer.parseInt(matcher.group(2))));
                }
            });
        }
        return taken;
    }
}
