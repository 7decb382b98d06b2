package io.stepfree.gateway.limits;

import java.time.Duration;
import java.time.Instant;

/**
 * How a client stands with the scans of its plan.
 *
 * @param plan the plan's name
 * @param limit how many it may submit in an hour
 * @param remaining how many are left
 * @param at when that was so
 * @param fullAt when all are left again
 */
public record Standing(String plan, long limit, long remaining, Instant at, Instant fullAt) {

    /** How long it takes until all are left again, rounded up. */
    public long secondsUntilFull() {
        return untilFull().plusNanos(999_999_999).toSeconds();
    }

    Duration untilFull() {
        return Duration.between(at, fullAt);
    }
}
