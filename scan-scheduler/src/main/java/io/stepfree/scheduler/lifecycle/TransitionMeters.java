package io.stepfree.scheduler.lifecycle;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;

/**
 * Counts what the scheduler did. A transaction that is aborted and done again counts twice here;
 * the rows are the truth, the meters are for rates.
 */
public final class TransitionMeters {

    private static final String PREFIX = "stepfree.scheduler.";

    private final MeterRegistry meters;

    public TransitionMeters(MeterRegistry meters) {
        this.meters = meters;
    }

    void accepted() {
        count("accepted");
    }

    void completed() {
        count("completed");
    }

    void deadLettered() {
        count("dead.lettered");
    }

    void cancelled() {
        count("cancelled");
    }

    void retried() {
        count("retried");
    }

    void lost() {
        count("lost");
    }

    /** A scan has been open for longer than any should. */
    void overdue() {
        count("overdue");
    }

    /** Something waited that no row knows of; one is too many. */
    void passedOver() {
        count("passed.over");
    }

    /** A scan was handed out after it had waited for so long. */
    void dispatched(Duration waited) {
        meters.timer(PREFIX + "wait").record(waited);
    }

    /** A command that the scheduler has carried out before, or that no longer makes sense. */
    void ignoredCommand() {
        count("commands.ignored");
    }

    /** An outcome that does not count, by the reason. */
    void fencedOutcome(Fence reason) {
        meters.counter(PREFIX + "outcomes.fenced", "reason", reason.name().toLowerCase(Locale.ROOT))
                .increment();
    }

    private void count(String name) {
        meters.counter(PREFIX + name).increment();
    }
}
