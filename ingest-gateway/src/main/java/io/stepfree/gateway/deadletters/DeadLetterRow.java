package io.stepfree.gateway.deadletters;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as operators see it; the components are the JSON fields.
 *
 * @param scanId the scan that died
 * @param replays how often it had been replayed before it died
 * @param requestId the id of the HTTP request that submitted it
 * @param client whom the scan belongs to
 * @param url the page
 * @param host its host
 * @param failureType the last failure's kind
 * @param message the last failure in words
 * @param httpStatus what the page answered with, where it did
 * @param cause why there was no further attempt
 * @param attempts how many were made
 * @param diedAt when the scheduler gave up
 * @param state dead, or replayed
 * @param position where the record lies
 * @param record the whole dead letter, a JSON object; only when one is asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DeadLetterRow(
        String scanId,
        int replays,
        String requestId,
        String client,
        String url,
        String host,
        String failureType,
        String message,
        @Nullable Integer httpStatus,
        String cause,
        int attempts,
        Instant diedAt,
        String state,
        Position position,
        @JsonRawValue @Nullable String record) {

    /** Where a record lies on its topic. */
    record Position(String topic, int partition, long offset) {}

    @JsonIgnore
    boolean alreadyReplayed() {
        return state.equals("replayed");
    }
}
