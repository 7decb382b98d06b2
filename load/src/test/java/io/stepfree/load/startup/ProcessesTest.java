package io.stepfree.load.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, disabledReason = "there is no /proc")
final class ProcessesTest {

    private static final String VARIABLE = "STEPFREE_LOAD_TEST";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String value = UUID.randomUUID().toString();
    private final String mark = VARIABLE + "=" + value;

    @Test
    void theFamilyIsTheProcessItsChildrenAndTheDaemonsItLetGo() throws Exception {
        // One child, and one that is handed to init because its parent ends.
        Process root = started("sleep 60 & (sleep 61 &) ; wait");
        try {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> {
                        Set<Long> family = Processes.family(root.pid(), mark);
                        assertThat(family).contains(root.pid()).hasSize(3);
                        assertThat(family.stream().map(Processes::describe))
                                .anyMatch(line -> line.endsWith("sleep 60"))
                                .anyMatch(line -> line.endsWith("sleep 61"));
                    });
        } finally {
            end();
        }
        assertThat(Processes.family(-1, mark)).isEmpty();
    }

    @Test
    void aFootprintIsItsShareOfMemoryAndItsPart() throws Exception {
        Process root = started("sleep 62 & exec -a chromedriver sleep 63");
        try {
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(Processes.footprints(Processes.family(root.pid(), mark), -1))
                                    .extracting(Processes.Footprint::part)
                                    .containsExactlyInAnyOrder("other", "browser"));
            assertThat(Processes.footprints(Processes.family(root.pid(), mark), root.pid()))
                    .allSatisfy(footprint ->
                            assertThat(footprint.bytes()).isBetween(10_000L, 100_000_000L));
        } finally {
            end();
        }
    }

    @Test
    void theMedianIsTheMiddle() {
        assertThat(StartupBenchmark.median(Stream.of(3.0, 1.0, 2.0))).isEqualTo(2.0);
        assertThat(StartupBenchmark.median(Stream.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
    }

    private Process started(String script) throws IOException {
        var builder = new ProcessBuilder("bash", "-c", script);
        builder.environment().put(VARIABLE, value);
        return builder.start();
    }

    private void end() {
        Processes.family(-1, mark)
                .forEach(id -> ProcessHandle.of(id).ifPresent(ProcessHandle::destroyForcibly));
        await().atMost(PATIENCE).until(() -> Processes.family(-1, mark).isEmpty());
    }
}
