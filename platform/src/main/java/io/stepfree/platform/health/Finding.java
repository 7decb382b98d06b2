package io.stepfree.platform.health;

import io.stepfree.schemas.ops.HealthState;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one look has found.
 *
 * @param state how well it is
 * @param detail what was found, one sentence for a person
 * @param latency how long it took to answer; null where nothing is asked
 */
public record Finding(HealthState state, String detail, @Nullable Duration latency) {

    /** It is as it should be. */
    public static Finding up(String detail) {
        return new Finding(HealthState.UP, detail, null);
    }

    /** It works, but not as it should. */
    public static Finding degraded(String detail) {
        return new Finding(HealthState.DEGRADED, detail, null);
    }

    /** It does not work. */
    public static Finding down(String detail) {
        return new Finding(HealthState.DOWN, detail, null);
    }

    Finding within(Duration time) {
        return new Finding(state, detail, time);
    }

    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,d MB", bytes >> 20);
    }
}
