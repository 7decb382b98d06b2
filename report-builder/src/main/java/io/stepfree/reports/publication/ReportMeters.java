package io.stepfree.reports.publication;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.metric.OwnMeter;

/**
 * Counts what becomes of results: {@code stepfree.reports.published + stepfree.reports.repeated} is
 * the number of results handled to their end, except that a crash in between may count one twice.
 * Thread-safe.
 */
public final class ReportMeters {

    private final Counter published;
    private final Counter repeated;

    public ReportMeters(MeterRegistry registry) {
        published = OwnMeter.REPORTS_PUBLISHED.counter(registry);
        repeated = OwnMeter.REPORTS_REPEATED.counter(registry);
    }

    void published() {
        published.increment();
    }

    void repeated() {
        repeated.increment();
    }
}
