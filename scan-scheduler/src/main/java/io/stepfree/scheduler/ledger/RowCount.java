package io.stepfree.scheduler.ledger;

import io.stepfree.schemas.scan.Phase;
import io.stepfree.schemas.scan.ScanState;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Counts the rows of open scans one by one and holds the number against the books: the second
 * witness, which knows nothing of how the books were kept. It walks through the store in small
 * steps, and a row that changes behind it is counted again, so that the count is exact although it
 * takes minutes. For one thread.
 */
public final class RowCount {

    private static final int STEP = 100;

    private final KeyValueStore<String, ScanState> scans;
    private @Nullable String counted;
    private long open;
    private OptionalLong difference = OptionalLong.empty();
    private @Nullable Instant oldestSoFar;
    private @Nullable Instant oldest;

    public RowCount(KeyValueStore<String, ScanState> scans) {
        this.scans = scans;
    }

    /** A row changed, or came, or went. */
    public void changed(String scanId, @Nullable ScanState before, @Nullable ScanState after) {
        if (before != null && before.getPhase() == Phase.WAITING) {
            if (before.getDueAt().equals(oldest)) {
                oldest = null;
            }
            if (before.getDueAt().equals(oldestSoFar)) {
                oldestSoFar = null;
            }
        }
        if (counted != null && scanId.compareTo(counted) <= 0) {
            open += isOpen(after) - isOpen(before);
        }
    }

    /** Walks on by a hundred rows; at the end the books are held against the count. */
    public void walk(PartitionLedger ledger) {
        int looked = 0;
        try (var rows = counted == null ? scans.all() : scans.range(counted, null)) {
            while (rows.hasNext() && looked < STEP) {
                var row = rows.next();
                if (!row.key.equals(counted)) {
                    open += isOpen(row.value);
                    lookForOldest(row.value);
                    counted = row.key;
                    looked++;
                }
            }
        }
        if (looked < STEP) {
            difference = OptionalLong.of(open - ledger.open());
            open = 0;
            counted = null;
            oldest = oldestSoFar;
            oldestSoFar = null;
        }
    }

    private void lookForOldest(ScanState state) {
        if (state.getPhase() == Phase.WAITING
                && (oldestSoFar == null || state.getDueAt().isBefore(oldestSoFar))) {
            oldestSoFar = state.getDueAt();
        }
    }

    /**
     * Since when the scan waits for a worker that waits longest, as the last whole walk has seen
     * it; another one may be older. Empty when none waited, or it has gone since.
     */
    public Optional<Instant> waitingSince() {
        return Optional.ofNullable(oldest);
    }

    /**
     * By how many rows the last whole count differed from the books; 0 in a sound house, empty
     * before the first one has ended.
     */
    public OptionalLong difference() {
        return difference;
    }

    private static int isOpen(@Nullable ScanState state) {
        return state == null || state.getPhase() == Phase.ENDED ? 0 : 1;
    }
}
