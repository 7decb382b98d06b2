package io.stepfree.load.accuracy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.load.measure.MeasurementException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccuracyBenchmarkTest {

    @Test
    void withoutTheCasesItSaysWhatToGive() {
        assertThatThrownBy(() -> new AccuracyBenchmark().run(Path.of("."), true, System.out))
                .isInstanceOf(MeasurementException.class)
                .hasMessageContaining("load/run accuracy --cases FOLDER");
    }

    @Test
    void aFolderWithoutCasesIsRefusedByName(@TempDir Path folder) {
        var benchmark = new AccuracyBenchmark().with(Map.of("--cases", folder.toString()));

        assertThatThrownBy(() -> benchmark.run(Path.of("."), true, System.out))
                .isInstanceOf(MeasurementException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("expected.json");
    }
}
