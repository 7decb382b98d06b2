package io.stepfree.alerts.ledger;

import io.stepfree.schemas.ops.ServiceSignal;
import java.util.Optional;

/**
 * What one scheduler says of its books.
 *
 * @param instance the scheduler
 * @param imbalance by how much they do not add up
 * @param overdue how many of its scans have been open for longer than any should
 */
record LedgerSample(String instance, long imbalance, long overdue) {

    private static final String SCHEDULERS = "scan-scheduler";
    private static final String IMBALANCE = "stepfree.scheduler.ledger.imbalance";
    private static final String OVERDUE = "stepfree.scheduler.overdue.open";

    /** Empty for the signal of another service, or of a scheduler that does not tell. */
    static Optional<LedgerSample> of(ServiceSignal signal) {
        Double imbalance = signal.getGauges().get(IMBALANCE);
        Double overdue = signal.getGauges().get(OVERDUE);
        return !signal.getService().equals(SCHEDULERS) || imbalance == null || overdue == null
                ? Optional.empty()
                : Optional.of(
                        new LedgerSample(
                                signal.getInstance(), imbalance.longValue(), overdue.longValue()));
    }
}
