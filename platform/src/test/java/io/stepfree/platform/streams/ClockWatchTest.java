package io.stepfree.platform.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ClockWatchTest {

    private Instant wall = Instant.parse("2026-01-01T00:00:00Z");
    private long nanos = -3;
    private final ClockWatch watch = new ClockWatch(() -> wall, () -> nanos, Duration.ofSeconds(5));

    @Test
    void aClockThatGoesAsItShouldIsNotNoticed() {
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(1));
            assertThat(watch.look()).isEmpty();
        }
    }

    @Test
    void aStepBackIsNoticedOnce() {
        pass(Duration.ofSeconds(1));
        wall = wall.minusSeconds(3_600);

        assertThat(watch.look()).contains(Duration.ofHours(1));
        pass(Duration.ofSeconds(1));
        assertThat(watch.look()).isEmpty();
    }

    @Test
    void aStepForwardIsNoneOfOurBusinessAndABackwardOneAfterItIsNoticed() {
        wall = wall.plusSeconds(3_600);
        assertThat(watch.look()).isEmpty();
        wall = wall.minusSeconds(3_600);

        assertThat(watch.look()).contains(Duration.ofHours(1));
    }

    @Test
    void aClockThatIsSlowIsNotNoticedHoweverLong() {
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(2));
            wall = wall.minusSeconds(1);
            assertThat(watch.look()).isEmpty();
        }
    }

    private void pass(Duration time) {
        wall = wall.plus(time);
        nanos += time.toNanos();
    }
}
