package io.stepfree.load.leak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PlotTest {

    @Test
    void theLeastIsTheLowestBlockAndTheMostTheHighest() {
        assertThat(Plot.of("heap", "MB", List.of(1.0, 3.0, 2.0)))
                .contains("▁█▅")
                .endsWith("1.0 to 3.0 MB");
    }

    @Test
    void whatNeverChangesIsAFlatLine() {
        assertThat(Plot.of("threads", "", List.of(4.0, 4.0, 4.0))).contains("▁▁▁");
    }
}
