package io.stepfree.gateway.limits;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.platform.signal.SignalSource;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Counts what was refused because a client had sent too much, and tells it in this service's
 * signal, from which the alert {@code refused-requests} is made. Thread-safe.
 */
public final class RefusedRequests implements SignalSource {

    /** Which limit was reached. */
    enum Limit {
        /** The scans of an hour. */
        SCANS,
        /** The requests of a second. */
        REQUESTS
    }

    private final Map<Limit, Counter> counters = new EnumMap<>(Limit.class);

    public RefusedRequests(MeterRegistry meters) {
        for (Limit limit : Limit.values()) {
            counters.put(
                    limit,
                    OwnMeter.REQUESTS_REFUSED.counter(
                            meters, "limit", limit.name().toLowerCase(Locale.ROOT)));
        }
    }

    void count(Limit limit) {
        Objects.requireNonNull(counters.get(limit)).increment();
    }

    @Override
    public Map<String, Double> gauges() {
        return Map.of(
                OwnMeter.REQUESTS_REFUSED.meterName(),
                counters.values().stream().mapToDouble(Counter::count).sum());
    }
}
