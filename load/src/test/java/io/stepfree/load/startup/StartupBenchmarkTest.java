package io.stepfree.load.startup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.measure.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark itself, against a stand-in for {@code ./stepfree} that is ready in a moment. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "there is no /proc")
final class StartupBenchmarkTest {

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    @TempDir private Path root;

    @Test
    void itMeasuresEveryStartAndLeavesNothingBehind() throws Exception {
        standIn("");

        Outcome outcome = measure();

        assertThat(outcome.ok()).isTrue();
        assertThat((Double) outcome.figures().get("warmReadyMedianSeconds")).isBetween(0.1, 15.0);
        assertThat((List<?>) outcome.figures().get("warmReadySeconds")).hasSize(2);
        assertThat((Double) outcome.figures().get("memoryMegabytes")).isBetween(10.0, 500.0);
        assertThat(output.toString(UTF_8)).contains("cold", "warm 1", "warm 2");
        assertThat(runningIn(root)).isEmpty();
    }

    @Test
    void aProcessThatOutlivesTheStopIsNamedAndEnded() throws Exception {
        standIn("sleep 987 &");

        assertThatThrownBy(this::measure)
                .isInstanceOf(MeasurementException.class)
                .hasMessageContaining("left behind")
                .hasMessageContaining("sleep 987");
        assertThat(runningIn(root)).isEmpty();
    }

    @Test
    void aStartThatFailsIsToldWithItsOwnWords() throws IOException {
        standIn("echo the port is taken; exit 4");

        assertThatThrownBy(this::measure)
                .isInstanceOf(MeasurementException.class)
                .hasMessage("./stepfree up ended with status 4: the port is taken");
    }

    private Outcome measure() throws InterruptedException {
        return new StartupBenchmark().run(root, true, new PrintStream(output, true, UTF_8));
    }

    /** A ./stepfree that does {@code first} before it is up. */
    private void standIn(String first) throws IOException {
        Path script = root.resolve("stepfree");
        Files.writeString(
                script,
                """
                #!/bin/sh
                [ "$1" = --version ] && exit 0
                %s
                exec '%s/bin/java' -XX:TieredStopAtLevel=1 -cp '%s' %s "$@" %s
                """
                        .formatted(
                                first,
                                System.getProperty("java.home"),
                                System.getProperty("java.class.path"),
                                StandIn.class.getName(),
                                root));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static List<String> runningIn(Path root) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(root.toString()) && line.contains("StandIn"))
                .toList();
    }
}
