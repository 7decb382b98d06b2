package io.stepfree.load.leak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SlopeTest {

    @Test
    void aStraightLineHasItsSlopeAndNoError() {
        Slope slope = Slope.through(points(5, scan -> 100 + 3 * scan));

        assertThat(slope.perScan()).isCloseTo(3, within(1e-9));
        assertThat(slope.standardError()).isCloseTo(0, within(1e-9));
        assertThat(slope.grows()).isTrue();
    }

    /** Worked by hand: slope 0.5, residuals 0.3, -0.2, -0.7, 0.8, -0.2; 1.3 / 3 / 10 = 0.208². */
    @Test
    void theErrorIsThatOfTheTextbook() {
        double[] figures = {1, 1, 1, 3, 2.5};
        Slope slope = Slope.through(points(5, scan -> figures[scan]));

        assertThat(slope.perScan()).isCloseTo(0.5, within(1e-9));
        assertThat(slope.standardError()).isCloseTo(Math.sqrt(1.3 / 3 / 10), within(1e-9));
        assertThat(slope.tolerance()).isCloseTo(3.182 * Math.sqrt(1.3 / 3 / 10), within(1e-9));
    }

    @Test
    void aFigureThatOnlySwingsDoesNotGrow() {
        assertThat(Slope.through(points(50, scan -> scan % 2)).grows()).isFalse();
    }

    @Test
    void aFigureThatFallsDoesNotGrow() {
        assertThat(Slope.through(points(50, scan -> -scan)).grows()).isFalse();
    }

    @Test
    void aSmallButSteadyGrowthShowsThroughTheSwinging() {
        assertThat(Slope.through(points(50, scan -> scan % 2 + 0.1 * scan)).grows()).isTrue();
    }

    @Test
    void twoPointsSayNothingOfTheirScatter() {
        assertThatThrownBy(() -> Slope.through(points(2, scan -> scan)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 points");
    }

    private static List<Slope.Point> points(int count, IntToDoubleFunction figure) {
        return IntStream.range(0, count)
                .mapToObj(scan -> new Slope.Point(scan, figure.applyAsDouble(scan)))
                .toList();
    }
}
