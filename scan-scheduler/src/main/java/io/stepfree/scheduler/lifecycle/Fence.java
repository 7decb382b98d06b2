package io.stepfree.scheduler.lifecycle;

import io.stepfree.platform.planted.PlantedBug;
import io.stepfree.schemas.scan.Phase;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets one outcome through for each attempt that was dispatched: that of the attempt last
 * dispatched, once. The rest is counted by what is wrong with it.
 */
enum Fence {
    /** Of an earlier attempt, or the first one of an attempt that was given up or cancelled. */
    LATE,
    /** Of the attempt last dispatched, whose outcome was told before. */
    DOUBLED,
    /** Of a scan or an attempt that this scheduler has not dispatched, or has forgotten. */
    FOREIGN;

    /** What holds the outcome back; empty for the one that counts. */
    static Optional<Fence> against(ScanAttempt outcome, @Nullable ScanState state) {
        if (PlantedBug.NO_FENCING.isPlanted() && isOpen(state)) {
            return Optional.empty();
        }
        if (state == null || outcome.getAttempt() > state.getAttempt()) {
            return Optional.of(FOREIGN);
        }
        if (outcome.getAttempt() < state.getAttempt()) {
            return Optional.of(LATE);
        }
        if (state.getPhase() == Phase.DISPATCHED) {
            return Optional.empty();
        }
        return Optional.of(state.getAnswered() ? DOUBLED : LATE);
    }

    private static boolean isOpen(@Nullable ScanState state) {
        return state != null && state.getPhase() != Phase.ENDED;
    }
}
