package io.stepfree.deadletters.replay;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries replays of many on, one dead letter at a time, in turn where there are several.
 *
 * <p>All that it knows stands in the database, each step is one transaction under the lock on the
 * replay's row, and the moment of the next one is kept there too. So a restart goes on where it
 * was, any number of instances may run, and together they keep the rate.
 */
public final class ReplayDriver implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReplayDriver.class);

    /* What is due and was not to be had is in the hands of another instance. */
    private static final Duration WHILE_ANOTHER_WORKS = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(2);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(15);
    private static final String BEFORE = "before_the_step";

    private final Jdbi jdbi;
    private final ReplayRows rows;
    private final ReplayProgress progress;
    private final Semaphore news = new Semaphore(0);
    private volatile boolean open = true;
    private @Nullable Thread thread;

    ReplayDriver(Jdbi jdbi, ReplayRows rows, ReplayProgress progress) {
        this.jdbi = jdbi;
        this.rows = rows;
        this.progress = progress;
    }

    /** Begins to work; for once. */
    public void start() {
        thread = Thread.ofPlatform().name("replay-driver").daemon().start(this::run);
    }

    /** Something may be to do before the next look. */
    void wake() {
        news.release();
    }

    /** Ends after the step under way. */
    @Override
    public void close() {
        open = false;
        wake();
        if (thread != null) {
            try {
                thread.join(CLOSE_TIMEOUT);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        while (open) {
            try {
                if (!step()) {
                    sleep(pause());
                }
            } catch (RuntimeException e) {
                log.warn("replays stand still for a moment: {}", e.toString());
                log.debug("the whole failure", e);
                sleep(AFTER_A_FAILURE);
            }
        }
    }

    /** Whether there was anything to do. */
    private boolean step() {
        return jdbi.inTransaction(handle -> {
            Optional<Replay> due = rows.nextDue(handle);
            if (due.isEmpty()) {
                return false;
            }
            handle.savepoint(BEFORE);
            try {
                progress.step(handle, due.get());
            } catch (RuntimeException e) {
                // Other replays go on meanwhile; when it is the database itself, this throws too.
                handle.rollbackToSavepoint(BEFORE);
                rows.lookAgainIn(handle, due.get().id(), AFTER_A_FAILURE);
                log.warn(
                        "replay {} could not go on and tries again: {}",
                        due.get().id(),
                        e.toString());
                log.debug("the whole failure", e);
            }
            return true;
        });
    }

    private Duration pause() {
        return pause(jdbi.withHandle(rows::pause));
    }

    /**
     * How long to sleep after a look that found nothing to take.
     *
     * @param secondsToNext until the next step of any replay; empty when there is none
     */
    static Duration pause(Optional<Double> secondsToNext) {
        return secondsToNext
                .map(seconds -> Duration.ofMillis((long) Math.ceil(seconds * 1000)))
                .filter(pause -> pause.compareTo(LONGEST_PAUSE) < 0)
                .map(pause -> pause.isPositive() ? pause : WHILE_ANOTHER_WORKS)
                .orElse(LONGEST_PAUSE);
    }

    private void sleep(Duration pause) {
        try {
            if (news.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                news.drainPermits();
            }
        } catch (InterruptedException _) {
            open = false;
        }
    }
}
