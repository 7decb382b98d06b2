package io.stepfree.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeathWatchTest {

    /** Starts a child under watch, tells its pid, and waits to be killed. */
    static final class Owner {
        public static void main(String[] arguments) throws Exception {
            Process child = new ProcessBuilder(List.of("sleep", "300")).start();
            DeathWatch.over(child.toHandle());
            System.out.println(child.pid());
            child.waitFor();
        }
    }

    @Test
    void aWatchedProcessEndsWhenItsOwnerIsKilled() throws Exception {
        Process owner =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin/java")
                                                .toString(),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Owner.class.getName()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        long pid = Long.parseLong(owner.inputReader().readLine());
        ProcessHandle child = ProcessHandle.of(pid).orElseThrow();

        owner.destroyForcibly();

        await().until(() -> !child.isAlive());
    }

    @Test
    void closingTheWatchLeavesTheProcessAlone() throws Exception {
        Process child = new ProcessBuilder(List.of("sleep", "300")).start();
        try {
            DeathWatch watch = DeathWatch.over(child.toHandle());
            watch.close();

            assertThat(child.waitFor(Duration.ofMillis(1_500))).isFalse();
        } finally {
            child.destroyForcibly();
        }
    }
}
