package io.stepfree.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.gateway.access.ApiKey;
import io.stepfree.standalone.Stepfree;
import io.stepfree.standalone.machine.Home;
import io.stepfree.standalone.machine.RunFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code up} as a process of its own, and how it ends. */
final class UpTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** The exit status of a JVM that ended in order on SIGINT. */
    private static final int INTERRUPTED = 130;

    private static final int INFRASTRUCTURE = 3;

    private final List<Process> started = new ArrayList<>();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : started) {
            process.destroy();
            if (!process.waitFor(Duration.ofSeconds(60))) {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void aSecondOneOnTheSameDataIsRefusedAndCtrlCStopsEverythingThatTheFirstStarted()
            throws Exception {
        Path log = folder.resolve("first.log");
        Process first = up(log);
        awaitUp(first, log);
        List<ProcessHandle> children = first.descendants().toList();
        assertThat(children).extracting(ProcessHandle::pid).containsAll(note().children().values());

        assertThat(log).content().contains("shown this once: " + opensWhatIsUp());

        Path refusal = folder.resolve("second.log");
        Process second = up(refusal);
        assertThat(second.waitFor(PATIENCE)).as("the second one ends").isTrue();
        assertThat(second.exitValue()).isEqualTo(INFRASTRUCTURE);
        assertThat(Files.readAllLines(refusal))
                .filteredOn(line -> line.startsWith("stepfree: "))
                .containsExactly(
                        "stepfree: Another stepfree uses the data in %s (process %d); stop it first, or name another folder in STEPFREE_HOME."
                                .formatted(home(), first.pid()));
        assertThat(first.isAlive()).as("the first one goes on").isTrue();

        signal("INT", first.pid());
        assertThat(first.waitFor(PATIENCE)).as("the first one ends").isTrue();
        assertThat(first.exitValue()).isEqualTo(INTERRUPTED);
        assertThat(log).content().endsWith("Stopping ...\n");
        assertNothingIsLeft(children);
    }

    @Test
    void aChildThatDiesIsToldInOneSentenceAndTakesEverythingElseWithIt() throws Exception {
        String key = ApiKey.create("local").secret();
        Files.createDirectories(home());
        Files.writeString(new Home(home()).keyFile(), key);
        Path log = folder.resolve("up.log");
        Process up = up(log);
        awaitUp(up, log);
        assertThat(opensWhatIsUp()).as("a key that was there stays").isEqualTo(key);
        assertThat(log).content().doesNotContain(key);
        List<ProcessHandle> children = up.descendants().toList();

        signal("KILL", Objects.requireNonNull(note().children().get("registry")));

        assertThat(up.waitFor(PATIENCE)).as("it ends").isTrue();
        assertThat(up.exitValue()).isEqualTo(INFRASTRUCTURE);
        assertThat(Files.readAllLines(log).getLast())
                .startsWith("stepfree: The schema registry ended unexpectedly")
                .endsWith("Everything else is stopped.");
        assertNothingIsLeft(children);
    }

    private void assertNothingIsLeft(List<ProcessHandle> children) {
        await("no child is left").until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(RunFile.read(new Home(home()))).as("the note").isEmpty();
    }

    private String opensWhatIsUp() {
        String key = new Home(home()).key().orElseThrow();
        try (var closed = new Api(note().gateway());
                var open = new Api(note().gateway(), key)) {
            assertThat(closed.get("/admin/keys").statusCode()).isEqualTo(401);
            assertThat(open.get("/admin/keys").statusCode()).isEqualTo(200);
        }
        return key;
    }

    private Path home() {
        return folder.resolve("home");
    }

    private RunFile note() {
        return RunFile.read(new Home(home())).orElseThrow();
    }

    private static void awaitUp(Process up, Path log) {
        await("stepfree is up")
                .atMost(PATIENCE)
                .until(() -> {
                    assertThat(up.isAlive()).as("it runs, see %s", log).isTrue();
                    return Files.readString(log).contains("Ctrl-C stops it.");
                });
    }

    private Process up(Path log) throws IOException {
        var command =
                List.of(
                        // A build that runs in the background may have SIGINT ignored, and a JVM
                        // then leaves it so.
                        "env",
                        "--default-signal=INT",
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Stepfree.class.getName(),
                        "up",
                        "--port=0");
        var builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(Map.of(Home.VARIABLE, home().toString()));
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static void signal(String name, long process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process)).start().waitFor())
                .isZero();
    }
}
