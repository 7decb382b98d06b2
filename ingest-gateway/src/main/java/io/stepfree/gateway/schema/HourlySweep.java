package io.stepfree.gateway.schema;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the old rows of a table about once an hour, aside, so that nobody waits for it.
 * Thread-safe; what cannot be deleted now is deleted another time.
 */
public final class HourlySweep {

    /** How many rows one statement may delete, so that none takes long. */
    public static final int AT_ONCE = 1_000;

    private static final Logger log = LoggerFactory.getLogger(HourlySweep.class);
    private static final Duration BETWEEN_SWEEPS = Duration.ofHours(1);

    private final Jdbi jdbi;
    private final String statement;
    private final IntConsumer swept;
    private final AtomicLong next = new AtomicLong(System.nanoTime());

    /**
     * @param statement deletes at most {@link #AT_ONCE} rows
     */
    public HourlySweep(Jdbi jdbi, String statement) {
        this(jdbi, statement, _ -> {});
    }

    /**
     * @param statement deletes at most {@link #AT_ONCE} rows
     * @param swept is told how many went with each
     */
    public HourlySweep(Jdbi jdbi, String statement, IntConsumer swept) {
        this.jdbi = jdbi;
        this.statement = statement;
        this.swept = swept;
    }

    /** Begins to sweep if it is time to. */
    public void nowAndThen() {
        long due = next.get();
        if (System.nanoTime() - due >= 0
                && next.compareAndSet(due, System.nanoTime() + BETWEEN_SWEEPS.toNanos())) {
            Thread.ofVirtual().name("gateway-sweep").start(this::sweep);
        }
    }

    private void sweep() {
        try {
            int gone;
            do {
                gone = jdbi.withHandle(handle -> handle.execute(statement));
                swept.accept(gone);
            } while (gone == AT_ONCE);
        } catch (RuntimeException e) {
            log.debug("old rows are swept later: {}", e.toString());
        }
    }
}
