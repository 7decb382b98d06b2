package io.stepfree.scheduler.lifecycle;

import io.micrometer.core.instrument.MeterRegistry;

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

    /** A command that the scheduler has carried out before, or that no longer makes sense. */
    void ignoredCommand() {
        count("commands.ignored");
    }

    /** An outcome of another attempt than the one last dispatched. */
    void fencedOutcome() {
        count("outcomes.fenced");
    }

    private void count(String name) {
        meters.counter(PREFIX + name).increment();
    }
}
