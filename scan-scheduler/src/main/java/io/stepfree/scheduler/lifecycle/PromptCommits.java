package io.stepfree.scheduler.lifecycle;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * Commits what was handed out without waiting for the commit interval, because a worker sees a job
 * only then. A commit is a transaction of all partitions: there are ten at once and twenty a second
 * at most, so that under load jobs go together with others as before. Thread-safe; one for all
 * partitions of a process.
 */
final class PromptCommits {

    private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();
    private static final long MOST_AHEAD_NANOS = 10 * PAUSE_NANOS;

    /** Until when what was committed is paid for (generic cell rate algorithm, ITU-T I.371). */
    private final AtomicLong paid = new AtomicLong(System.nanoTime());

    /** Asks for a commit after this record, unless there were too many of late. */
    void ask(ProcessingContext context) {
        long now = System.nanoTime();
        long before = paid.get();
        long after = (before - now > 0 ? before : now) + PAUSE_NANOS;
        if (after - now <= MOST_AHEAD_NANOS && paid.compareAndSet(before, after)) {
            context.commit();
        }
    }
}
