package io.stepfree.reports.status;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where one scan stands.
 *
 * @param scanId the scan
 * @param requestId the id of the HTTP request that submitted it
 * @param acceptance what the acceptance told; absent while it was not seen
 * @param state the state
 * @param attempt the highest attempt heard of; attempt numbers go on across replays
 * @param updatedAt when the state was entered
 * @param nextAttemptAt when the next attempt is due, in state RETRYING
 * @param failure what led to this state, in RETRYING and DEAD_LETTERED
 */
record ScanStatus(
        String scanId,
        String requestId,
        @Nullable Acceptance acceptance,
        State state,
        int attempt,
        Instant updatedAt,
        @Nullable Instant nextAttemptAt,
        @Nullable StatusFailure failure) {

    /** A state, in the order in which the states of one attempt follow each other. */
    enum State {
        ACCEPTED,
        DISPATCHED,
        RETRYING,
        COMPLETED,
        DEAD_LETTERED,
        CANCELLED;

        /** Whether nothing more happens to the scan, unless it is replayed. */
        boolean ended() {
            return switch (this) {
                case ACCEPTED, DISPATCHED, RETRYING -> false;
                case COMPLETED, DEAD_LETTERED, CANCELLED -> true;
            };
        }

        /** The state as clients see it, as dead_lettered. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * What only the event ACCEPTED tells.
     *
     * @param batchId the batch that the scan is part of; null for a scan of its own
     * @param earlierAttempts how many attempts the lives before this one have used
     * @param replays which life this is: 0 for the first, one more for each replay
     * @param acceptedAt when this life began
     */
    record Acceptance(
            String client,
            String url,
            String host,
            String standard,
            String priority,
            @Nullable String batchId,
            Instant submittedAt,
            int earlierAttempts,
            int replays,
            Instant acceptedAt) {}

    /**
     * A failure as clients see it.
     *
     * @param type the kind, in lower case, as http_error
     * @param message why, one sentence
     * @param httpStatus the status the page answered with, where that is the reason
     */
    record StatusFailure(String type, String message, @Nullable Integer httpStatus) {}
}
