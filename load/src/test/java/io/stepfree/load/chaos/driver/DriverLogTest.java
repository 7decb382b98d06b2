package io.stepfree.load.chaos.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.load.chaos.driver.DriverEntry.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DriverLogTest {

    private static final DriverEntry ENTRY =
            new DriverEntry(1, Kind.SUBMIT, "k1", 1, "chaos-k1-1", "http://a/good/k1-1", 0, null);

    @TempDir Path folder;

    @Test
    void whatIsWrittenIsReadAgainInOrder() throws Exception {
        Path file = folder.resolve("driver.jsonl");
        DriverEntry answer =
                new DriverEntry(
                        2, Kind.SUBMIT_ANSWERED, "k1", 1, "chaos-k1-1", null, 202, "a-scan");
        try (var log = new DriverLog(file)) {
            log.write(ENTRY);
            assertThat(DriverLog.read(file)).containsExactly(ENTRY);
            log.write(answer);
        }

        assertThat(DriverLog.read(file)).containsExactly(ENTRY, answer);
    }

    @Test
    void aLineThatIsNotYetWholeIsLeftOut() throws Exception {
        Path file = folder.resolve("driver.jsonl");
        try (var log = new DriverLog(file)) {
            log.write(ENTRY);
        }
        Files.writeString(file, "{\"at\":3", StandardOpenOption.APPEND);

        assertThat(DriverLog.read(file)).containsExactly(ENTRY);
    }

    @Test
    void aLogThatIsNotThereIsEmpty() {
        assertThat(DriverLog.read(folder.resolve("none"))).isEmpty();
    }
}
