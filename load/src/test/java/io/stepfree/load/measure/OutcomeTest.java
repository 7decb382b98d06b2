package io.stepfree.load.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OutcomeTest {

    @Test
    void aFigureThatIsNoNumberBreaksItsBound() {
        var outcome =
                new Outcome(
                        "x",
                        Map.of("seconds", Double.NaN),
                        List.of(new Outcome.Bound("seconds", 1)));

        assertThat(outcome.ok()).isFalse();
    }

    @Test
    void aBoundWithoutItsFigureIsRefused() {
        assertThatThrownBy(
                        () -> new Outcome("x", Map.of(), List.of(new Outcome.Bound("seconds", 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x has no figure seconds");
    }
}
