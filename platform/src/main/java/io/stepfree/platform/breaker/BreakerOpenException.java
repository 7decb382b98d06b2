package io.stepfree.platform.breaker;

import java.time.Duration;

/** A dependency failed so often of late that it was not called at all. */
public final class BreakerOpenException extends RuntimeException {

    private final String breaker;
    private final Duration retryAfter;

    BreakerOpenException(String breaker, Duration retryAfter) {
        super(
                "the breaker '%s' is open: its calls failed again and again, and none is made for the next %d s"
                        .formatted(breaker, Math.max(1, retryAfter.toSeconds())));
        this.breaker = breaker;
        this.retryAfter = retryAfter;
    }

    /** Which breaker. */
    public String breaker() {
        return breaker;
    }

    /** How long until the next call is let through; zero while others try it out. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
