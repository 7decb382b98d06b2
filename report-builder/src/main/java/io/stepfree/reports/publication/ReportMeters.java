package io.stepfree.reports.publication;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts what becomes of results: {@code stepfree.reports.published + stepfree.reports.repeated} is
 * the number of results handled to their end, except that a crash in between may count one twice.
 * Thread-safe.
 */
public final class ReportMeters {

    private final Counter published;
    private final Counter repeated;

    public ReportMeters(MeterRegistry registry) {
        published =
                Counter.builder("stepfree.reports.published")
                        .description("Reports published for the first time")
                        .register(registry);
        repeated =
                Counter.builder("stepfree.reports.repeated")
                        .description("Results that came again and changed nothing")
                        .register(registry);
    }

    void published() {
        published.increment();
    }

    void repeated() {
        repeated.increment();
    }
}
