package io.stepfree.platform.breaker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnErrorEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Stands before one dependency. After some failures in a row it is open: calls end at once instead
 * of each waiting for its time-out. After a while some are let through; if they succeed, all are
 * again, and the first that fails opens it anew (M. Nygard, Release It!, "Circuit Breaker").
 * Thread-safe.
 */
public final class Breaker {

    private static final Logger log = LoggerFactory.getLogger(Breaker.class);

    private final CircuitBreaker breaker;
    private final Predicate<Throwable> outage;
    private final BreakerPolicy policy;
    private final boolean enabled;
    private final Clock clock;
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong trips = new AtomicLong();
    private volatile Instant closedAgain = Instant.EPOCH;

    Breaker(
            String name,
            BreakerPolicy policy,
            Predicate<Throwable> outage,
            boolean enabled,
            Clock clock) {
        this.outage = outage;
        this.policy = policy;
        this.enabled = enabled;
        this.clock = clock;
        this.breaker =
                CircuitBreaker.of(
                        name,
                        CircuitBreakerConfig.custom()
                                .slidingWindowType(
                                        CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                                // All of the last so many calls, which is so many in a row.
                                .slidingWindowSize(policy.failures())
                                .minimumNumberOfCalls(policy.failures())
                                .failureRateThreshold(100)
                                .waitDurationInOpenState(policy.open())
                                .permittedNumberOfCallsInHalfOpenState(policy.successes())
                                .recordException(outage)
                                .clock(clock)
                                .currentTimestampFunction(
                                        time -> clock.millis(), TimeUnit.MILLISECONDS)
                                .build());
        if (!enabled) {
            breaker.transitionToMetricsOnlyState();
        }
        breaker.getEventPublisher()
                .onError(this::failed)
                .onStateTransition(event -> moved(event.getStateTransition()));
    }

    /**
     * Makes a call, if the breaker lets it through.
     *
     * @throws BreakerOpenException when it does not
     * @throws Exception what the call throws
     */
    public <T> T call(Callable<T> work) throws Exception {
        if (!breaker.tryAcquirePermission()) {
            throw new BreakerOpenException(name(), untilNextTry());
        }
        long start = clock.millis();
        try {
            T result = work.call();
            breaker.onSuccess(clock.millis() - start, TimeUnit.MILLISECONDS);
            return result;
        } catch (BreakerOpenException e) {
            // Another one stood before what it guards: nothing was asked of it.
            breaker.releasePermission();
            throw e;
        } catch (Exception | Error e) {
            if (outage.test(e)) {
                breaker.onError(clock.millis() - start, TimeUnit.MILLISECONDS, e);
            } else {
                // It answered, if not what was hoped for.
                breaker.onSuccess(clock.millis() - start, TimeUnit.MILLISECONDS);
            }
            throw e;
        }
    }

    /**
     * Somebody has seen that what it guards answers. Counts as a call that succeeded if one would
     * be let through now, so that a breaker closes also while nobody calls; a closed one knows
     * already.
     */
    public void seenWell() {
        if (state() != BreakerStatus.State.CLOSED && enabled && breaker.tryAcquirePermission()) {
            breaker.onSuccess(0, TimeUnit.MILLISECONDS);
        }
    }

    /** What it guards. */
    public String name() {
        return breaker.getName();
    }

    /** How it stands. */
    public BreakerStatus status() {
        return new BreakerStatus(name(), state(), failures.get(), trips.get());
    }

    /** Closes it, whatever was before. */
    public void reset() {
        if (enabled) {
            breaker.transitionToClosedState();
        }
        log.info("the breaker '{}' was reset by hand", name());
    }

    private BreakerStatus.State state() {
        return switch (breaker.getState()) {
            case CLOSED -> BreakerStatus.State.CLOSED;
            case HALF_OPEN -> BreakerStatus.State.HALF_OPEN;
            case OPEN, FORCED_OPEN -> BreakerStatus.State.OPEN;
            case DISABLED, METRICS_ONLY -> BreakerStatus.State.DISABLED;
        };
    }

    private Duration untilNextTry() {
        Duration open = Duration.between(clock.instant(), closedAgain);
        return open.isNegative() ? Duration.ZERO : open;
    }

    private void failed(CircuitBreakerOnErrorEvent event) {
        failures.incrementAndGet();
        // Of the few that try it out, all must succeed.
        if (breaker.getState() == CircuitBreaker.State.HALF_OPEN) {
            breaker.transitionToOpenState();
        }
        log.debug("a call behind the breaker '{}' failed", name(), event.getThrowable());
    }

    private void moved(CircuitBreaker.StateTransition transition) {
        switch (transition.getToState()) {
            case OPEN -> {
                trips.incrementAndGet();
                closedAgain = clock.instant().plus(policy.open());
                // Told once an outage, and not each time that it was tried out in vain.
                log.atLevel(
                                transition.getFromState() == CircuitBreaker.State.HALF_OPEN
                                        ? Level.DEBUG
                                        : Level.WARN)
                        .log(
                                "the breaker '{}' is open: nothing is asked of it for {} s",
                                name(),
                                policy.open().toSeconds());
            }
            case CLOSED -> log.info("the breaker '{}' is closed: it answers again", name());
            default -> log.debug("the breaker '{}' is {}", name(), transition.getToState());
        }
    }
}
