package io.stepfree.gateway.batches;

import io.stepfree.gateway.admission.BatchIds;
import io.stepfree.gateway.live.Mark;
import io.stepfree.schemas.scan.BatchProgress;
import java.time.Instant;
import java.util.Objects;

/**
 * How far a batch is, as clients see it; the components are the JSON fields.
 *
 * @param id the batch
 * @param status open while one of its scans is, ended otherwise
 * @param accepted how many scans it has so far
 * @param waiting how many of them wait for a worker
 * @param running how many are with a worker
 * @param retrying how many wait for another attempt
 * @param completed how many ended with a result
 * @param deadLettered how many failed for good
 * @param cancelled how many were cancelled
 * @param updatedAt when its figures changed last
 */
public record BatchStatus(
        String id,
        String status,
        long accepted,
        long waiting,
        long running,
        long retrying,
        long completed,
        long deadLettered,
        long cancelled,
        Instant updatedAt) {

    /** How far a batch is by what is told of it on scan.events. */
    public static BatchStatus of(BatchProgress told, Instant at) {
        return new BatchStatus(
                Objects.requireNonNull(BatchIds.toClient(told.getBatchId())),
                told.getWaiting() + told.getRunning() + told.getRetrying() > 0 ? "open" : "ended",
                told.getAccepted(),
                told.getWaiting(),
                told.getRunning(),
                told.getRetrying(),
                told.getCompleted(),
                told.getDeadLettered(),
                told.getCancelled(),
                at);
    }

    /** Whether none of its scans is open; one that comes to it later opens it again. */
    public boolean hasEnded() {
        return waiting + running + retrying == 0;
    }

    /** How far it is. */
    Mark mark() {
        return Mark.ofBatch(updatedAt, hasEnded());
    }
}
