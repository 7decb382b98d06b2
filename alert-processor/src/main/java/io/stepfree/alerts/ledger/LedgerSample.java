package io.stepfree.alerts.ledger;

import io.stepfree.schemas.ops.ServiceSignal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one scheduler says of its books.
 *
 * @param instance the scheduler
 * @param partitions of how many partitions it keeps the books
 * @param imbalance by how much they do not add up; absent while it does not know
 * @param overdue how many of its scans have been open for longer than any should; absent while it
 *     does not know
 */
record LedgerSample(
        String instance, long partitions, @Nullable Long imbalance, @Nullable Long overdue) {

    private static final String SCHEDULERS = "scan-scheduler";
    private static final String PARTITIONS = "stepfree.scheduler.ledger.partitions";
    private static final String IMBALANCE = "stepfree.scheduler.ledger.imbalance";
    private static final String OVERDUE = "stepfree.scheduler.overdue.open";

    /** Empty for the signal of another service. */
    static Optional<LedgerSample> of(ServiceSignal signal) {
        return signal.getService().equals(SCHEDULERS)
                ? Optional.of(
                        new LedgerSample(
                                signal.getInstance(),
                                signal.getGauges().getOrDefault(PARTITIONS, 0.0).longValue(),
                                number(signal.getGauges().get(IMBALANCE)),
                                number(signal.getGauges().get(OVERDUE))))
                : Optional.empty();
    }

    private static @Nullable Long number(@Nullable Double gauge) {
        return gauge == null ? null : gauge.longValue();
    }
}
