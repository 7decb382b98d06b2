package io.stepfree.alerts.metric;

import io.stepfree.schemas.ops.Severity;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a metric is an alert.
 *
 * @param enabled whether it is looked at
 * @param threshold from which value on it is one, in the metric's unit
 * @param critical from which value on it is a critical one; null when it never gets worse
 * @param window how far back it is measured, in whole seconds
 * @param minimum on how many single measurements a value must rest before it means anything
 * @param severity how urgent it is
 * @param cooldown for how long after its end it does not begin again
 */
public record MetricPolicy(
        boolean enabled,
        double threshold,
        @Nullable Double critical,
        Duration window,
        long minimum,
        Severity severity,
        Duration cooldown) {

    /** What goes up and down about its threshold would otherwise begin and end again and again. */
    private static final double CALM = 0.9;

    /** Whether this value, once it was at the threshold, is still near enough to it to count. */
    public boolean holdsAt(double value) {
        return value >= threshold * CALM;
    }

    /** How urgent this value is, given that it is at or above the threshold. */
    public Severity severityOf(double value) {
        return critical != null && value >= critical ? Severity.CRITICAL : severity;
    }
}
