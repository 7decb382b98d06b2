package io.stepfree.gateway.replays;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.stepfree.schemas.ops.OperatorCommand;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A replay of many as operators see it; the components are the JSON fields. {@code chosen =
 * published + all skipped + waiting}, and {@code published = completed + diedAgain + cancelled +
 * underWay}.
 *
 * @param id its id
 * @param state ordered, choosing, canary, waiting_for_canary, running, stopped, completed, failed
 *     or dry_run
 * @param ending one sentence: how it ended, or why it stands still
 * @param requestId the id of the HTTP request that ordered it
 * @param orderedBy who ordered it
 * @param reason why
 * @param orderedAt when
 * @param plan which and how, as it was ordered; a JSON object
 * @param chosen how many dead letters were chosen in all; absent before the choice
 * @param waiting not gone yet
 * @param published gone
 * @param underWay gone and not ended
 * @param completed ended with a result
 * @param diedAgain ended as a dead letter once more
 * @param cancelled ended by a cancel
 * @param skipped left alone, by reason; a JSON object
 * @param canary the canary, where there is one
 * @param sample some of those that would go, with a dry run; a JSON array
 * @param startedAt when the first could go
 * @param endedAt when it ended or stopped
 * @param steps every stop and resume: kind, by, reason and at, oldest first; a JSON array
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReplayRow(
        String id,
        String state,
        @Nullable String ending,
        String requestId,
        String orderedBy,
        String reason,
        Instant orderedAt,
        @JsonRawValue @Nullable String plan,
        @Nullable Integer chosen,
        int waiting,
        int published,
        int underWay,
        int completed,
        int diedAgain,
        int cancelled,
        @JsonRawValue String skipped,
        @Nullable Canary canary,
        @JsonRawValue @Nullable String sample,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @JsonRawValue String steps) {

    /**
     * What goes first.
     *
     * @param size how many
     * @param verdict passed, failed or overdue; absent before
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Canary(int size, @Nullable String verdict) {}

    private static final List<String> GOES_ON =
            List.of("ordered", "choosing", "canary", "waiting_for_canary", "running");

    /** One that dlq-processor has not taken yet. */
    static ReplayRow ordered(OperatorCommand order) {
        return new ReplayRow(
                order.getCommandId(),
                "ordered",
                null,
                order.getRequestId(),
                order.getOrderedBy(),
                order.getReason(),
                order.getOrderedAt(),
                null,
                null,
                0,
                0,
                0,
                0,
                0,
                0,
                "{}",
                null,
                null,
                null,
                null,
                "[]");
    }

    @JsonIgnore
    boolean goesOn() {
        return GOES_ON.contains(state);
    }

    @JsonIgnore
    boolean canBeResumed() {
        return state.equals("stopped");
    }
}
