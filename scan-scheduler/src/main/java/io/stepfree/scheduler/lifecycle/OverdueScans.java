package io.stepfree.scheduler.lifecycle;

import io.stepfree.schemas.scan.Phase;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds scans that have been open for longer than any should. Reminds itself of each once at its
 * bound, and every minute from then on, so that the number is right again soon after a restart. For
 * one thread.
 */
final class OverdueScans {

    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Agenda age;
    private final ScanRows rows;
    private final Duration bound;
    private final Set<String> overdue = new HashSet<>();
    private @Nullable Instant firstLook;
    private boolean complete;

    OverdueScans(Agenda age, ScanRows rows, Duration bound) {
        this.age = age;
        this.rows = rows;
        this.bound = bound;
    }

    void began(String scanId, Instant now) {
        age.add(now.plus(bound), scanId);
    }

    void ended(String scanId) {
        overdue.remove(scanId);
    }

    /** The scans that were found to be overdue just now. */
    List<ScanRequest> look(Instant now) {
        if (firstLook == null) {
            firstLook = now;
        }
        var found = new ArrayList<ScanRequest>();
        List<String> due = age.takeDue(now);
        // Each is reminded of within a minute; not all come at once when there are very many.
        complete |= due.size() < Agenda.LONGEST_LOOK && !now.isBefore(firstLook.plus(AGAIN));
        for (String scanId : due) {
            ScanState state = rows.find(scanId);
            if (state != null && state.getPhase() != Phase.ENDED && isOld(state, now)) {
                age.add(now.plus(AGAIN), scanId);
                if (overdue.add(scanId)) {
                    found.add(state.getRequest());
                }
            }
        }
        return found;
    }

    /* The reminder may be of an earlier life; this one has its own. */
    private boolean isOld(ScanState state, Instant now) {
        return state.getAcceptedAt() != null && !state.getAcceptedAt().plus(bound).isAfter(now);
    }

    /** How many are overdue; empty while none is found and not all have been looked at. */
    OptionalInt count() {
        return complete || !overdue.isEmpty()
                ? OptionalInt.of(overdue.size())
                : OptionalInt.empty();
    }
}
