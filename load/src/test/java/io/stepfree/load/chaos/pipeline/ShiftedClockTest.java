package io.stepfree.load.chaos.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock jumps for the processes that it is to jump for, and for no others. */
final class ShiftedClockTest {

    private static final String PRINT_NOW =
            "class Now { public static void main(String[] args) { System.out.println(System.currentTimeMillis()); } }";

    @TempDir Path folder;

    @Test
    void aJavaProcessSeesTheTimeThatItIsShown() throws Exception {
        Optional<ShiftedClock> found = ShiftedClock.in(folder.resolve("clock"));
        assumeTrue(found.isPresent(), "there is no C compiler here");
        ShiftedClock clock = found.get();
        Map<String, String> scheduler = clock.environment("scheduler");
        Map<String, String> worker = clock.environment("worker");

        clock.shift("scheduler", 900);
        assertThat(secondsAhead(scheduler)).isBetween(800L, 900L);
        assertThat(secondsAhead(worker)).isBetween(-100L, 0L);

        clock.shift("scheduler", -900);
        assertThat(secondsAhead(scheduler)).isBetween(-1_000L, -900L);
    }

    /** By how much a process that begins now was ahead, less what it took to tell. */
    private long secondsAhead(Map<String, String> environment) throws Exception {
        Path source = Files.writeString(folder.resolve("Now.java"), PRINT_NOW);
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        source.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            String told = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).isZero();
            return Duration.between(
                            Instant.now(), Instant.ofEpochMilli(Long.parseLong(told.strip())))
                    .toSeconds();
        } finally {
            process.destroyForcibly();
        }
    }
}
