package io.stepfree.gateway.deadletters;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operator's order about one dead letter, or a purge, and what came of it; the components are
 * the JSON fields.
 *
 * @param commandId the order's id
 * @param requestId the id of the HTTP request that gave it
 * @param kind purge, quarantine, release, discard or replay
 * @param scanId the scan it speaks of; absent with a purge
 * @param replays which life of it; absent where none was found
 * @param filter what a purge chooses
 * @param orderedBy who
 * @param reason why
 * @param orderedAt when
 * @param outcome done, with a replay published, or why nothing was done; absent while it is under
 *     way
 * @param affected how many dead letters it sent, changed or deleted so far
 * @param settledAt when it was over
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ActionRow(
        String commandId,
        String requestId,
        String kind,
        @Nullable String scanId,
        @Nullable Integer replays,
        @JsonRawValue @Nullable String filter,
        String orderedBy,
        String reason,
        Instant orderedAt,
        @Nullable String outcome,
        long affected,
        @Nullable Instant settledAt) {}
