package io.stepfree.platform.health;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Judges by its length whether it is trouble that something is away which is away for moments now
 * and then, so that nobody is alarmed by what is over at the next look. Thread-safe.
 */
public final class Absence {

    private final Duration usual;
    private final Duration tooLong;
    private final InstantSource clock;
    private Instant lastThere;

    /**
     * It counts as there when this is made.
     *
     * @param usual it may be away for less than this
     * @param tooLong from then on it is down, and degraded before
     */
    public Absence(Duration usual, Duration tooLong, InstantSource clock) {
        this.usual = usual;
        this.tooLong = tooLong;
        this.clock = clock;
        this.lastThere = clock.instant();
    }

    /** It is there now. */
    public synchronized Finding there(String detail) {
        lastThere = clock.instant();
        return Finding.up(detail);
    }

    /**
     * It is away now.
     *
     * @param detail what that means, without a full stop
     */
    public synchronized Finding away(String detail) {
        String text = "%s, since %s.".formatted(detail, lastThere);
        Duration lasting = Duration.between(lastThere, clock.instant());
        if (lasting.compareTo(usual) < 0) {
            return Finding.up(text);
        }
        return lasting.compareTo(tooLong) < 0 ? Finding.degraded(text) : Finding.down(text);
    }
}
