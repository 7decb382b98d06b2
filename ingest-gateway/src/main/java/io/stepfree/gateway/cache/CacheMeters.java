package io.stepfree.gateway.cache;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.platform.signal.SignalSource;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Counts which scans the cache could answer, and tells it in this service's signal, from which the
 * alert {@code cache-misses} is made. Thread-safe.
 */
final class CacheMeters implements SignalSource {

    /** Where a result was found. */
    enum Level {
        /** In the memory of this gateway. */
        MEMORY,
        /** On the server that all gateways share. */
        SHARED,
        /** In the database. */
        DATABASE
    }

    private final Map<Level, Counter> hits = new EnumMap<>(Level.class);
    private final Counter misses;

    CacheMeters(MeterRegistry meters) {
        for (Level level : Level.values()) {
            hits.put(
                    level,
                    OwnMeter.CACHE_HITS.counter(
                            meters, "level", level.name().toLowerCase(Locale.ROOT)));
        }
        this.misses = OwnMeter.CACHE_MISSES.counter(meters);
    }

    void hit(Level level) {
        Objects.requireNonNull(hits.get(level)).increment();
    }

    void missed() {
        misses.increment();
    }

    @Override
    public Map<String, Double> gauges() {
        return Map.of(
                OwnMeter.CACHE_HITS.meterName(),
                hits.values().stream().mapToDouble(Counter::count).sum(),
                OwnMeter.CACHE_MISSES.meterName(),
                misses.count());
    }
}
