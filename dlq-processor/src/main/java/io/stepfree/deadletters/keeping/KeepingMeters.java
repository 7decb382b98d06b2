package io.stepfree.deadletters.keeping;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts the dead letters that went: what was indexed is what is there, plus {@code
 * stepfree.keeping.expired}, plus {@code stepfree.keeping.purged}. Thread-safe.
 */
public final class KeepingMeters {

    private final Counter expired;
    private final Counter purged;

    public KeepingMeters(MeterRegistry registry) {
        expired =
                Counter.builder("stepfree.keeping.expired")
                        .description("Dead letters deleted because their time was over")
                        .register(registry);
        purged =
                Counter.builder("stepfree.keeping.purged")
                        .description("Dead letters deleted on an operator's order")
                        .register(registry);
    }

    void expired(int letters) {
        expired.increment(letters);
    }

    void purged(int letters) {
        purged.increment(letters);
    }
}
