package io.stepfree.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

import io.stepfree.scheduler.choice.ScanChoice;
import io.stepfree.scheduler.ledger.PartitionLedger;
import io.stepfree.scheduler.ledger.RowCount;
import io.stepfree.schemas.scan.Phase;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanState;
import io.stepfree.schemas.scan.Standing;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The row of each scan, and everything that is derived from it: its place among those that wait,
 * its reminder, the books. The only one to write any of them, so that they cannot fall apart. For
 * one thread.
 */
final class ScanRows {

    private final KeyValueStore<String, ScanState> scans;
    private final Agenda due;
    private final ScanChoice choice;
    private final PartitionLedger ledger;
    private final RowCount count;
    private final Follower follower;

    /** Hears of every move. */
    interface Follower {
        void moved(ScanRequest request, Standing to);
    }

    ScanRows(
            KeyValueStore<String, ScanState> scans,
            Agenda due,
            ScanChoice choice,
            PartitionLedger ledger,
            RowCount count,
            Follower follower) {
        this.scans = scans;
        this.due = due;
        this.choice = choice;
        this.ledger = ledger;
        this.count = count;
        this.follower = follower;
    }

    @Nullable ScanState find(String scanId) {
        return scans.get(scanId);
    }

    /** Begins a life of a scan; the row of its last one, if it is still kept, gives way. */
    void begin(ScanState accepted, Instant now) {
        ScanRequest request = requireNonNull(accepted.getRequest());
        ScanState known = scans.get(request.getScanId());
        if (known != null) {
            due.remove(known.getDueAt(), request.getScanId());
            // A cancelled scan leaves nothing to replay; should one be replayed all the same, its
            // place must not stay taken for ever.
            if (isAtAWorker(known)) {
                choice.returned(requireNonNull(known.getRequest()));
            }
        }
        ledger.moved(request.getClient(), null, Standing.WAITING);
        write(request, known, accepted);
        enter(accepted, request, now);
        follower.moved(request, Standing.WAITING);
    }

    /** Moves a scan that is open to another open phase. */
    void move(ScanState before, ScanState after, Instant now) {
        ScanRequest request = requireNonNull(before.getRequest());
        leave(before, request);
        ledger.moved(request.getClient(), standing(before), standing(after));
        write(request, before, after);
        enter(after, request, now);
        follower.moved(request, standing(after));
    }

    /**
     * Ends a life of a scan. Its row shrinks to what is needed to know the scan again.
     *
     * @param as how it ended
     * @param forget until when it is to be known
     */
    void end(ScanState before, Standing as, Instant forget) {
        ScanRequest request = requireNonNull(before.getRequest());
        leave(before, request);
        ledger.moved(request.getClient(), standing(before), as);
        write(
                request,
                before,
                ScanState.newBuilder(before)
                        .setPhase(Phase.ENDED)
                        .setRequest(null)
                        .setFailures(List.of())
                        .setDueAt(forget)
                        .build());
        due.add(forget, request.getScanId());
        follower.moved(request, as);
    }

    /**
     * Ends a life of a scan that a worker is still at. Its host and its slot stay taken until the
     * worker says that it is done, or the job's deadline has passed: nobody can visit the host in
     * its place before.
     */
    void endAtAWorker(ScanState before, Standing as) {
        ScanRequest request = requireNonNull(before.getRequest());
        ledger.moved(request.getClient(), standing(before), as);
        write(
                request,
                before,
                ScanState.newBuilder(before).setPhase(Phase.ENDED).setFailures(List.of()).build());
        follower.moved(request, as);
    }

    /**
     * Takes note that a worker has answered for an attempt whose outcome does not count any more.
     *
     * @param forget until when the scan is to be known if it has ended
     */
    void answeredLate(ScanState state, String scanId, Instant forget) {
        ScanState answered = ScanState.newBuilder(state).setAnswered(true).build();
        if (isAtAWorker(state)) {
            leaveWorker(answered, forget);
        } else {
            scans.put(scanId, answered);
        }
    }

    /**
     * Gives the place of a scan back that had ended before its worker was done with it.
     *
     * @param forget until when the scan is to be known
     */
    void leaveWorker(ScanState ended, Instant forget) {
        ScanRequest request = requireNonNull(ended.getRequest());
        choice.returned(request);
        due.remove(ended.getDueAt(), request.getScanId());
        scans.put(
                request.getScanId(),
                ScanState.newBuilder(ended).setRequest(null).setDueAt(forget).build());
        due.add(forget, request.getScanId());
    }

    /** Whether a scan has ended while a worker was at it, who has not said yet that it is done. */
    static boolean isAtAWorker(ScanState state) {
        return state.getPhase() == Phase.ENDED && state.getRequest() != null;
    }

    /** Forgets a scan that has ended. */
    void forget(String scanId) {
        scans.delete(scanId);
    }

    /** Whether a scan that waits does so for another attempt. */
    static boolean isRetry(ScanState state) {
        return !state.getFailures().isEmpty();
    }

    private void write(ScanRequest request, @Nullable ScanState before, ScanState after) {
        scans.put(request.getScanId(), after);
        count.changed(request.getScanId(), before, after);
    }

    private void leave(ScanState state, ScanRequest request) {
        switch (state.getPhase()) {
            case WAITING -> choice.waitsNoMore(request, since(state, request), isRetry(state));
            case DISPATCHED -> {
                choice.returned(request);
                due.remove(state.getDueAt(), request.getScanId());
            }
            case RETRYING -> due.remove(state.getDueAt(), request.getScanId());
            case ENDED, UNKNOWN -> throw new IllegalStateException("the scan is not open");
        }
    }

    private void enter(ScanState state, ScanRequest request, Instant now) {
        switch (state.getPhase()) {
            case WAITING -> choice.waits(request, since(state, request), isRetry(state));
            case DISPATCHED -> {
                choice.sent(request, now, isRetry(state));
                due.add(state.getDueAt(), request.getScanId());
            }
            case RETRYING -> due.add(state.getDueAt(), request.getScanId());
            case ENDED, UNKNOWN -> throw new IllegalStateException("the scan is not open");
        }
    }

    private static Instant since(ScanState state, ScanRequest request) {
        return isRetry(state) ? state.getDueAt() : request.getSubmittedAt();
    }

    private static Standing standing(ScanState state) {
        return switch (state.getPhase()) {
            case WAITING -> Standing.WAITING;
            case DISPATCHED -> Standing.RUNNING;
            case RETRYING -> Standing.RETRYING;
            case ENDED, UNKNOWN -> throw new IllegalStateException("the scan is not open");
        };
    }
}
