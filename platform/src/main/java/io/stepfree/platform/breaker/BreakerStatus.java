package io.stepfree.platform.breaker;

/**
 * How one breaker stands.
 *
 * @param name what it guards, as database
 * @param state whether calls go through
 * @param failures how many calls have failed since the start
 * @param trips how often it has opened since the start
 */
public record BreakerStatus(String name, State state, long failures, long trips) {

    /** Whether calls go through. */
    public enum State {
        /** They do. */
        CLOSED,
        /** They do not. */
        OPEN,
        /** A few do, to find out. */
        HALF_OPEN,
        /** They do always, because breakers are switched off. */
        DISABLED
    }
}
