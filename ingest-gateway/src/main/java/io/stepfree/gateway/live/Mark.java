package io.stepfree.gateway.live;

import io.stepfree.schemas.scan.BatchProgress;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanEvent;
import java.time.Instant;

/**
 * How far a scan or a batch is, as a word on it says. Of two words on the same one the later has
 * the higher mark, wherever they were read, so that what a state tells is known from what it does
 * not. Marks of different ones cannot be compared.
 *
 * @param value the order, and in its lowest bit whether nothing more is to come
 */
public record Mark(long value) implements Comparable<Mark> {

    /* What can be said of one attempt, in the order in which it happens. */
    private static final int DISPATCHED = 2;
    private static final int RETRYING = 4;
    private static final int COMPLETED = 6;
    private static final int DEAD_LETTERED = 9;
    /* The attempt is the last one of the life before: only a dead letter has another life. */
    private static final int ACCEPTED = 10;
    private static final int CANCELLED = 13;
    private static final int REPORT_PUBLISHED = 15;
    private static final int PER_ATTEMPT = 16;

    /**
     * That of a scan's status.
     *
     * @param status as clients see it
     * @param attempt the newest attempt's number
     * @param reported whether its report can be read
     */
    public static Mark ofScan(String status, int attempt, boolean reported) {
        return of(
                attempt,
                switch (status) {
                    case "accepted" -> ACCEPTED;
                    case "dispatched" -> DISPATCHED;
                    case "retrying" -> RETRYING;
                    case "completed" -> reported ? REPORT_PUBLISHED : COMPLETED;
                    case "dead_lettered" -> DEAD_LETTERED;
                    case "cancelled" -> CANCELLED;
                    default -> throw new IllegalArgumentException("no scan is " + status);
                });
    }

    /**
     * That of a batch.
     *
     * @param told when it was told; the words on one batch come from one clock
     * @param ended whether none of its scans is open
     */
    public static Mark ofBatch(Instant told, boolean ended) {
        return new Mark(told.toEpochMilli() * 2 + (ended ? 1 : 0));
    }

    static Mark of(BatchProgress progress, Instant told) {
        return ofBatch(
                told, progress.getWaiting() + progress.getRunning() + progress.getRetrying() == 0);
    }

    /** That of one of the kinds that change a scan. */
    static Mark of(ScanEvent event, EventKind kind) {
        return of(
                event.getAttempt(),
                switch (kind) {
                    case ACCEPTED -> ACCEPTED;
                    case DISPATCHED -> DISPATCHED;
                    case RETRYING -> RETRYING;
                    case COMPLETED -> COMPLETED;
                    case DEAD_LETTERED -> DEAD_LETTERED;
                    case CANCELLED -> CANCELLED;
                    case REPORT_PUBLISHED -> REPORT_PUBLISHED;
                    case UNKNOWN, BATCH_PROGRESS, LEDGER, OVERDUE ->
                            throw new IllegalArgumentException(kind + " changes no scan");
                });
    }

    private static Mark of(int attempt, int step) {
        return new Mark((long) attempt * PER_ATTEMPT + step);
    }

    /** Whether nothing more is to come, unless the scan is replayed or the batch gets another. */
    public boolean isLast() {
        return (value & 1) == 1;
    }

    @Override
    public int compareTo(Mark other) {
        return Long.compare(value, other.value);
    }
}
