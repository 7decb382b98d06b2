package io.stepfree.load.chaos.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be chosen about the pipeline under test.
 *
 * @param root the folder of the checkout
 * @param folder of the run, where all data lies
 * @param logs where the logs go, which stay when the run's folder is deleted
 * @param targets the addresses of the site that is scanned
 * @param jobDeadline after which the scheduler counts a job as lost
 * @param retryDelays how long the scheduler waits before each further attempt, as {@code 1s,2s}
 * @param clock shifts the services' clocks; absent where that is not possible
 * @param plantedBug a bug that the services are told to have, by its name
 * @param more further arguments for every service
 */
public record PipelineSettings(
        Path root,
        Path folder,
        Path logs,
        List<String> targets,
        Duration jobDeadline,
        String retryDelays,
        @Nullable ShiftedClock clock,
        @Nullable String plantedBug,
        List<String> more) {

    public PipelineSettings {
        targets = List.copyOf(targets);
        more = List.copyOf(more);
    }

    /** With workers that scan one page at a time. */
    public PipelineSettings(
            Path root,
            Path folder,
            Path logs,
            List<String> targets,
            Duration jobDeadline,
            String retryDelays,
            @Nullable ShiftedClock clock,
            @Nullable String plantedBug) {
        this(
                root,
                folder,
                logs,
                targets,
                jobDeadline,
                retryDelays,
                clock,
                plantedBug,
                List.of("--stepfree.browser.slots=1"));
    }

    public Path reports() {
        return folder.resolve("reports");
    }

    public Path state() {
        return folder.resolve("state");
    }

    /** Where processes keep what is temporary. */
    public Path temporary() {
        return folder.resolve("tmp");
    }
}
