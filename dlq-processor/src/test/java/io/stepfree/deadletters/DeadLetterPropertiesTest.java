package io.stepfree.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class DeadLetterPropertiesTest {

    @Test
    void aScanIsReplayedThreeTimesAndACanaryWaitedForHalfAnHourByDefault() {
        assertThat(bind(Map.of()))
                .isEqualTo(new DeadLetterProperties(3, Duration.ofMinutes(30), Duration.ofDays(1)));
    }

    @Test
    void allCanBeSet() {
        assertThat(
                        bind(
                                Map.of(
                                        "stepfree.dead-letters.replay-limit", "5",
                                        "stepfree.dead-letters.canary-patience", "10m",
                                        "stepfree.dead-letters.end-patience", "2h")))
                .isEqualTo(
                        new DeadLetterProperties(5, Duration.ofMinutes(10), Duration.ofHours(2)));
    }

    @Test
    void whatMakesNoSenseIsRefusedByName() {
        assertThatThrownBy(() -> new DeadLetterProperties(3, Duration.ZERO, Duration.ofDays(1)))
                .hasMessageContaining("stepfree.dead-letters.canary-patience PT0S is below 1s");
        assertThatThrownBy(() -> new DeadLetterProperties(3, Duration.ofMinutes(1), Duration.ZERO))
                .hasMessageContaining("stepfree.dead-letters.end-patience PT0S is below 1s");
    }

    private static DeadLetterProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("stepfree.dead-letters", DeadLetterProperties.class);
    }
}
