package io.stepfree.standalone.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {

    @TempDir private Path folder;

    @Test
    void theHomeIsInTheUsersFolderUnlessTheEnvironmentNamesAnother() {
        assertThat(Home.of(Map.of()).folder())
                .isEqualTo(Path.of(System.getProperty("user.home"), ".stepfree"));
        assertThat(Home.of(Map.of(Home.VARIABLE, "/data/stepfree")).folder())
                .isEqualTo(Path.of("/data/stepfree"));
    }

    @Test
    void aNewHomeIsForItsOwnerOnlyAndOneThatWasThereKeepsItsRights() throws IOException {
        var home = new Home(folder.resolve("new"));
        home.create();
        assertThat(Files.getPosixFilePermissions(home.folder())).hasSize(3);
        var before = Files.getPosixFilePermissions(folder);
        new Home(folder).create();
        assertThat(Files.getPosixFilePermissions(folder)).isEqualTo(before);
    }

    @Test
    void aSecondMachineOnTheSameDataIsRefusedUntilTheFirstIsGone() throws IOException {
        var home = new Home(folder);
        home.create();
        new RunFile(
                        4711,
                        Instant.EPOCH,
                        URI.create("http://127.0.0.1:8080"),
                        "127.0.0.1:9092",
                        URI.create("http://127.0.0.1:8081"),
                        "jdbc:postgresql://127.0.0.1/postgres",
                        Map.of())
                .write(home);
        try (var _ = HomeLock.take(home)) {
            assertThatThrownBy(() -> HomeLock.take(home))
                    .isInstanceOf(MachineException.class)
                    .hasMessageStartingWith("Another stepfree uses the data in " + folder)
                    .hasMessageContaining("(process 4711)")
                    .hasMessageContaining(Home.VARIABLE);
        }
        HomeLock.take(home).close();
    }

    @Test
    void theNoteOfWhatIsRunningIsReadAsItWasWritten() throws IOException {
        var home = new Home(folder);
        var run =
                new RunFile(
                        ProcessHandle.current().pid(),
                        Instant.parse("2026-11-22T10:00:00Z"),
                        URI.create("http://127.0.0.1:8080"),
                        "127.0.0.1:9092",
                        URI.create("http://127.0.0.1:8081/apis/ccompat/v7"),
                        "jdbc:postgresql://127.0.0.1/postgres",
                        Map.of("kafka", 12L));
        run.write(home);
        assertThat(RunFile.read(home)).contains(run);
        assertThat(run.alive()).isTrue();
        Files.writeString(home.runFile(), "{ half");
        assertThat(RunFile.read(home)).isEmpty();
    }
}
