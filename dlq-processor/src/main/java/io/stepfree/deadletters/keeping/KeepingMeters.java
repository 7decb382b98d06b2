package io.stepfree.deadletters.keeping;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.metric.OwnMeter;

/**
 * Counts the dead letters that went: what was indexed is what is there, plus {@code
 * stepfree.keeping.expired}, plus {@code stepfree.keeping.purged}. Thread-safe.
 */
public final class KeepingMeters {

    private final Counter expired;
    private final Counter purged;

    public KeepingMeters(MeterRegistry registry) {
        expired = OwnMeter.KEEPING_EXPIRED.counter(registry);
        purged = OwnMeter.KEEPING_PURGED.counter(registry);
    }

    void expired(int letters) {
        expired.increment(letters);
    }

    void purged(int letters) {
        purged.increment(letters);
    }
}
