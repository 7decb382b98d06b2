package io.stepfree.platform.breaker;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.metric.OwnMeter;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** All breakers of this process, by name. Thread-safe. */
public final class Breakers {

    /** How many breakers are open. */
    public static final String OPEN = OwnMeter.BREAKERS_OPEN.meterName();

    private final BreakerProperties properties;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Map<String, Breaker> breakers = new ConcurrentHashMap<>();

    public Breakers(BreakerProperties properties, MeterRegistry meters, Clock clock) {
        this.properties = properties;
        this.meters = meters;
        this.clock = clock;
        OwnMeter.BREAKERS_OPEN.gauge(meters, this, Breakers::open);
    }

    /**
     * The breaker of a dependency; made at the first call, and the same from then on.
     *
     * @param name what it guards, as database; also the name of its settings
     * @param outage which failures of a call say that the dependency does not answer; the others
     *     are answers
     */
    public Breaker guard(String name, Predicate<Throwable> outage) {
        return breakers.computeIfAbsent(
                name,
                _ ->
                        metered(
                                new Breaker(
                                        name,
                                        properties.policy(name),
                                        outage,
                                        properties.enabled(),
                                        clock)));
    }

    /** How each stands, by name. */
    public List<BreakerStatus> all() {
        return breakers.values().stream()
                .map(Breaker::status)
                .sorted(Comparator.comparing(BreakerStatus::name))
                .toList();
    }

    /** The breaker of this name, if there is one in this process. */
    public Optional<Breaker> find(String name) {
        return Optional.ofNullable(breakers.get(name));
    }

    private long open() {
        return all().stream()
                .filter(breaker -> breaker.state() == BreakerStatus.State.OPEN)
                .count();
    }

    private Breaker metered(Breaker breaker) {
        OwnMeter.BREAKER_CLOSED.gauge(meters, breaker, Breakers::closed, "breaker", breaker.name());
        OwnMeter.BREAKER_FAILURES.counter(
                meters, breaker, one -> one.status().failures(), "breaker", breaker.name());
        OwnMeter.BREAKER_TRIPS.counter(
                meters, breaker, one -> one.status().trips(), "breaker", breaker.name());
        return breaker;
    }

    private static double closed(Breaker breaker) {
        return switch (breaker.status().state()) {
            case CLOSED, DISABLED -> 1;
            case HALF_OPEN -> 0.5;
            case OPEN -> 0;
        };
    }
}
