package io.stepfree.standalone.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Child processes of a machine that was killed and may still be running. A process is only touched
 * when its command line names our data folder, because process numbers are used again.
 */
final class Leftovers {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Leftovers() {}

    /** Ends the broker and the registry that the home's note speaks of, and removes the note. */
    static void end(Home home) throws IOException {
        var run = RunFile.read(home);
        if (run.isPresent()) {
            for (var id : run.get().children().values()) {
                if (ours(id, home.folder()) && !ours(id, home.postgres())) {
                    end(id);
                }
            }
        }
        RunFile.delete(home);
    }

    /** Whether that process runs and its command line speaks of {@code folder}. */
    static boolean ours(long id, Path folder) {
        try {
            return new String(
                            Files.readAllBytes(Path.of("/proc", Long.toString(id), "cmdline")),
                            StandardCharsets.UTF_8)
                    .contains(folder.toString());
        } catch (IOException e) {
            return false;
        }
    }

    private static void end(long id) {
        var process = ProcessHandle.of(id);
        if (process.isEmpty()) {
            return;
        }
        process.get().destroy();
        try {
            process.get().onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            process.get().destroyForcibly();
        } catch (InterruptedException e) {
            process.get().destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
