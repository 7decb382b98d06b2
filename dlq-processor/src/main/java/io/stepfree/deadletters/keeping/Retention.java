package io.stepfree.deadletters.keeping;

import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the dead letters whose time is over, now and then, a bounded number in each transaction,
 * and what was kept because it could not be decoded once its record is off its topic, too. What a
 * replay is about to hand on stays until the next time. Several instances may do it at once. A
 * database that is down is tried again at the next time. Thread-safe.
 */
public final class Retention implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Retention.class);

    private static final int BATCH = 500;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private static final String EXPIRE =
            """
            delete from dead_letters.dead_letter
            using (select scan_id, replays
                   from dead_letters.dead_letter
                   where died_at < :before and %s
                   order by died_at
                   limit :limit
                   for update skip locked) expired
            where dead_letter.scan_id = expired.scan_id and dead_letter.replays = expired.replays
            """
                    .formatted(OperatorActions.NOT_BEING_REPLAYED);

    private static final String FORGET_PURGED =
            """
            delete from dead_letters.purged_letter
            where (scan_id, replays) in (
                select scan_id, replays from dead_letters.purged_letter where died_at < :before order by died_at limit :limit)
            """;

    private static final String FORGET_UNREADABLE =
            """
            delete from dead_letters.unreadable
            where id in (select id from dead_letters.unreadable where kept_at < :before order by id limit :limit)
            """;

    private final Jdbi jdbi;
    private final Duration keep;
    private final Duration interval;
    private final KeepingMeters meters;
    private final Clock clock;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("dead-letter-retention").factory());

    public Retention(Jdbi jdbi, KeepingProperties properties, KeepingMeters meters, Clock clock) {
        this.jdbi = jdbi;
        this.keep = properties.deadLetters();
        this.interval = properties.interval();
        this.meters = meters;
        this.clock = clock;
    }

    /** Looks for the first time at once, and then after each interval. */
    public void start() {
        var _ =
                executor.scheduleWithFixedDelay(
                        this::tryToSweep, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Deletes what is due now.
     *
     * @return how many dead letters went
     */
    public long sweep() {
        Instant now = clock.instant();
        long expired = 0;
        int batch;
        do {
            batch = delete(EXPIRE, now.minus(keep));
            meters.expired(batch);
            expired += batch;
        } while (batch > 0 && !executor.isShutdown());
        // As long as the record lies on its topic it can come again, and must stay purged.
        Duration onTopic = Topics.SCAN_DEAD_LETTERS.retention().plusDays(1);
        Instant forgotten = now.minus(keep.compareTo(onTopic) > 0 ? keep : onTopic);
        for (String sql : List.of(FORGET_PURGED, FORGET_UNREADABLE)) {
            do {
                batch = delete(sql, forgotten);
            } while (batch > 0 && !executor.isShutdown());
        }
        if (expired > 0) {
            log.info("deleted {} dead letters that died more than {} ago", expired, keep);
        }
        return expired;
    }

    @Override
    public void close() {
        // Without an interrupt, which would break the connection: a batch is short.
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("a batch of expired dead letters is still being deleted");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void tryToSweep() {
        try {
            sweep();
        } catch (RuntimeException e) {
            // Thrown on, it would end the schedule for good.
            log.warn("expired dead letters could not be deleted, trying again later", e);
        }
    }

    private int delete(String sql, Instant before) {
        return jdbi.withHandle(handle ->
                handle.createUpdate(sql).bind("before", before).bind("limit", BATCH).execute());
    }
}
