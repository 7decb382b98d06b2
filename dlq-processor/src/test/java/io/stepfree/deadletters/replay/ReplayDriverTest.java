package io.stepfree.deadletters.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayDriverTest {

    @Test
    void theNextStepIsSleptFor() {
        assertThat(ReplayDriver.pause(Optional.of(0.0101))).isEqualTo(Duration.ofMillis(11));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.001, -15})
    void whatIsDueAndInTheHandsOfAnotherInstanceIsNotAskedForEveryMillisecond(double seconds) {
        assertThat(ReplayDriver.pause(Optional.of(seconds))).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void aLookIsNeverFarAway() {
        assertThat(ReplayDriver.pause(Optional.of(3600.0))).isEqualTo(Duration.ofMillis(500));
        assertThat(ReplayDriver.pause(Optional.empty())).isEqualTo(Duration.ofMillis(500));
    }
}
