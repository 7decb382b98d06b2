package io.stepfree.load.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.load.measure.Outcome;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The proof, in small: {@code load/run chaos --short} with a seed that never changes. */
final class ShortRunTest {

    private static final Path ROOT =
            Path.of(Objects.requireNonNull(System.getProperty("stepfree.root")));

    @Test
    void whateverIsKilledAndFrozenEveryAcceptedScanEndsOnce() throws Exception {
        Outcome outcome =
                new ChaosBenchmark().with(Map.of("--seed", "1")).run(ROOT, true, System.out);

        System.out.println(outcome.json());
        assertThat(outcome.broken()).as("see load/target/chaos/1").isEmpty();
    }
}
