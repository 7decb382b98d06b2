package io.stepfree.load.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NumbersTest {

    @Test
    void theMedianIsTheMiddleOneOrTheMeanOfTheTwoInTheMiddle() {
        assertThat(Numbers.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Numbers.median(List.of(9.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
    }

    /** So that a bound on it is broken, not kept. */
    @Test
    void theMedianOfNothingIsNoNumber() {
        assertThat(Numbers.median(List.of())).isNaN();
    }

    @Test
    void numbersAreWrittenAlikeWhateverTheLanguage() {
        assertThat(Numbers.text(1_234.567, 2)).isEqualTo("1,234.57");
        assertThat(Numbers.megabytes(1_250_000)).isEqualTo(1.3);
        assertThat(Numbers.rounded(0.123456)).isEqualTo(0.123);
    }
}
