package io.stepfree.reports.status;

import io.stepfree.reporting.document.StorableText;
import io.stepfree.schemas.scan.BatchProgress;
import java.time.Instant;
import org.jdbi.v3.core.Jdbi;

/**
 * The table of batches. Idempotent: an older word never overwrites a newer one, nor does one that
 * tells of an ended batch with fewer scans than are known, because a batch never loses any.
 * Thread-safe.
 */
public final class BatchStore {

    /*
     * What is told later on a partition is newer, whatever the clocks say; the time is for a topic that was made anew,
     * whose offsets begin at 0. Fewer scans than before has only a new batch under an old name, which begins open.
     * A scheduler that starts tells again of the batches of the hour before, also of those that have ended: the time is
     * that of the last figures that were others.
     * Of a client whose data were erased once, a batch is kept when a scan of it is there, which so is a newer one.
     */
    private static final String UPSERT =
            """
            INSERT INTO reports.batch_status (batch_id, client, accepted, waiting, running, retrying,
                   completed, dead_lettered, cancelled, told_at, event_offset)
            SELECT :batchId, :client, :accepted, :waiting, :running, :retrying,
                   :completed, :deadLettered, :cancelled, :toldAt, :offset
             WHERE NOT EXISTS (SELECT FROM reports.erasure WHERE erasure.client = :client)
                OR EXISTS (SELECT FROM reports.scan_status
                            WHERE scan_status.client = :client AND scan_status.batch_id = :batchId)
            ON CONFLICT (batch_id) DO UPDATE
               SET client = excluded.client, accepted = excluded.accepted, waiting = excluded.waiting,
                   running = excluded.running, retrying = excluded.retrying, completed = excluded.completed,
                   dead_lettered = excluded.dead_lettered, cancelled = excluded.cancelled,
                   told_at = CASE
                       WHEN (batch_status.accepted, batch_status.waiting, batch_status.running, batch_status.retrying,
                             batch_status.completed, batch_status.dead_lettered, batch_status.cancelled)
                            IS DISTINCT FROM
                            (excluded.accepted, excluded.waiting, excluded.running, excluded.retrying,
                             excluded.completed, excluded.dead_lettered, excluded.cancelled)
                       THEN excluded.told_at
                       ELSE batch_status.told_at
                   END,
                   event_offset = excluded.event_offset
             WHERE (batch_status.event_offset < excluded.event_offset
                    OR batch_status.told_at < excluded.told_at)
               AND (batch_status.accepted <= excluded.accepted
                    OR excluded.waiting + excluded.running + excluded.retrying > 0)
            """;

    private final Jdbi jdbi;

    /**
     * @param jdbi the database, its schema migrated
     */
    public BatchStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * @param offset where it was told; all words on a batch are on one partition
     */
    void keep(BatchProgress progress, Instant toldAt, long offset) {
        jdbi.useHandle(handle ->
                handle.createUpdate(UPSERT)
                        .bind("batchId", StorableText.of(progress.getBatchId()))
                        .bind("client", StorableText.of(progress.getClient()))
                        .bind("accepted", progress.getAccepted())
                        .bind("waiting", progress.getWaiting())
                        .bind("running", progress.getRunning())
                        .bind("retrying", progress.getRetrying())
                        .bind("completed", progress.getCompleted())
                        .bind("deadLettered", progress.getDeadLettered())
                        .bind("cancelled", progress.getCancelled())
                        .bind("toldAt", toldAt)
                        .bind("offset", offset)
                        .execute());
    }
}
