package io.stepfree.processor.scan;

import java.time.Duration;

/** The moment until which something may take, on the clock that never jumps. */
record Deadline(long nanoTime) {

    static Deadline after(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** Never negative. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    boolean hasPassed() {
        return nanoTime - System.nanoTime() <= 0;
    }

    /** The earlier of this and {@code time} from now. */
    Deadline within(Duration time) {
        return left().compareTo(time) <= 0 ? this : after(time);
    }
}
