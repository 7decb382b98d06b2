package io.stepfree.platform.breaker;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** All breakers of this process, by name. Thread-safe. */
public final class Breakers {

    /** How many breakers are open, as told in signals. */
    public static final String OPEN = "stepfree.breakers.open";

    private final BreakerProperties properties;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Map<String, Breaker> breakers = new ConcurrentHashMap<>();

    public Breakers(BreakerProperties properties, MeterRegistry meters, Clock clock) {
        this.properties = properties;
        this.meters = meters;
        this.clock = clock;
        Gauge.builder(OPEN, this, Breakers::open)
                .description("Breakers that are open: dependencies that are not called for now")
                .register(meters);
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
        Gauge.builder("stepfree.breaker.closed", breaker, Breakers::closed)
                .tag("breaker", breaker.name())
                .description(
                        "1 while calls go through, 0.5 while a few try it out, 0 while none do")
                .register(meters);
        FunctionCounter.builder(
                        "stepfree.breaker.failures", breaker, one -> one.status().failures())
                .tag("breaker", breaker.name())
                .description("Calls that failed because the dependency did not answer")
                .register(meters);
        FunctionCounter.builder("stepfree.breaker.trips", breaker, one -> one.status().trips())
                .tag("breaker", breaker.name())
                .description("How often the breaker has opened")
                .register(meters);
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
