package io.stepfree.processor.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.ops.HealthState;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BrowserProbeTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private boolean runs = true;
    private final BrowserProbe probe = new BrowserProbe(() -> runs, () -> now);

    @Test
    void aBrowserThatIsReplacedIsNoTrouble() {
        runs = false;
        now = now.plus(BrowserProbe.USUAL).minusSeconds(1);
        assertThat(look()).isEqualTo(HealthState.UP);
        runs = true;
        assertThat(look()).isEqualTo(HealthState.UP);
    }

    @Test
    void aWorkerWhoseBrowserDoesNotComeBackIsNotReadyUntilItDoes() {
        assertThat(probe.needed()).isTrue();
        runs = false;
        now = now.plus(BrowserProbe.USUAL);
        assertThat(look()).isEqualTo(HealthState.DEGRADED);
        now = now.plus(BrowserProbe.TOO_LONG);
        assertThat(look()).isEqualTo(HealthState.DOWN);
        assertThat(probe.look().detail())
                .isEqualTo(
                        "No browser runs, and none could be started, since 2026-01-01T00:00:00Z.");
        runs = true;
        assertThat(look()).isEqualTo(HealthState.UP);
    }

    private HealthState look() {
        return probe.look().state();
    }
}
