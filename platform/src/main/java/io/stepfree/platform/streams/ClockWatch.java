package io.stepfree.platform.streams;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Notices that the wall clock was set back, by a clock that only goes forward. That it was set
 * forward, or runs a little slow, does no harm. For one thread.
 */
final class ClockWatch {

    private final InstantSource wall;
    private final LongSupplier nanos;
    private final Duration tolerated;
    private Duration lead;

    /**
     * @param wall the clock that may be set
     * @param nanos one that only goes forward, as {@link System#nanoTime()}
     * @param tolerated a step between two looks that is none of our business
     */
    ClockWatch(InstantSource wall, LongSupplier nanos, Duration tolerated) {
        this.wall = wall;
        this.nanos = nanos;
        this.tolerated = tolerated;
        this.lead = lead();
    }

    /** By how much the wall clock was set back since the last look; empty when it was not. */
    Optional<Duration> look() {
        Duration now = lead();
        Duration back = lead.minus(now);
        lead = now;
        return back.compareTo(tolerated) > 0 ? Optional.of(back) : Optional.empty();
    }

    private Duration lead() {
        return Duration.ofMillis(wall.millis()).minusNanos(nanos.getAsLong());
    }
}
