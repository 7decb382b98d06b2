package io.stepfree.scheduler.lifecycle;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.metric.OwnMeter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Counts what the scheduler did. A transaction that is aborted and done again counts twice here;
 * the rows are the truth, the meters are for rates.
 */
public final class TransitionMeters {

    /** There from the start: a counter that appears with its first event shows no growth. */
    private static final List<OwnMeter> COUNTED =
            List.of(
                    OwnMeter.SCHEDULER_ACCEPTED,
                    OwnMeter.SCHEDULER_COMPLETED,
                    OwnMeter.SCHEDULER_DEAD_LETTERED,
                    OwnMeter.SCHEDULER_CANCELLED,
                    OwnMeter.SCHEDULER_RETRIED,
                    OwnMeter.SCHEDULER_LOST,
                    OwnMeter.SCHEDULER_OVERDUE,
                    OwnMeter.SCHEDULER_PASSED_OVER,
                    OwnMeter.SCHEDULER_COMMANDS_IGNORED);

    private final MeterRegistry meters;

    public TransitionMeters(MeterRegistry meters) {
        this.meters = meters;
        for (OwnMeter meter : COUNTED) {
            var _ = meter.counter(meters);
        }
        for (Fence reason : Fence.values()) {
            var _ = fenced(reason);
        }
    }

    void accepted() {
        count(OwnMeter.SCHEDULER_ACCEPTED);
    }

    void completed() {
        count(OwnMeter.SCHEDULER_COMPLETED);
    }

    void deadLettered() {
        count(OwnMeter.SCHEDULER_DEAD_LETTERED);
    }

    void cancelled() {
        count(OwnMeter.SCHEDULER_CANCELLED);
    }

    void retried() {
        count(OwnMeter.SCHEDULER_RETRIED);
    }

    void lost() {
        count(OwnMeter.SCHEDULER_LOST);
    }

    /** A scan has been open for longer than any should. */
    void overdue() {
        count(OwnMeter.SCHEDULER_OVERDUE);
    }

    /** Something waited that no row knows of; one is too many. */
    void passedOver() {
        count(OwnMeter.SCHEDULER_PASSED_OVER);
    }

    /** A scan was handed out after it had waited for so long. */
    void dispatched(Duration waited) {
        OwnMeter.SCHEDULER_WAIT.timer(meters).record(waited);
    }

    /** A command that the scheduler has carried out before, or that no longer makes sense. */
    void ignoredCommand() {
        count(OwnMeter.SCHEDULER_COMMANDS_IGNORED);
    }

    /** An outcome that does not count, by the reason. */
    void fencedOutcome(Fence reason) {
        fenced(reason).increment();
    }

    private Counter fenced(Fence reason) {
        return OwnMeter.SCHEDULER_OUTCOMES_FENCED.counter(
                meters, "reason", reason.name().toLowerCase(Locale.ROOT));
    }

    private void count(OwnMeter meter) {
        meter.counter(meters).increment();
    }
}
