package io.stepfree.gateway.deadletters;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a scan had died before it was replayed and died again; the components are the JSON fields.
 *
 * @param replays how often it had been replayed before
 * @param failureType the last failure's kind
 * @param message the last failure in words
 * @param httpStatus what the page answered with, where it did
 * @param cause why there was no further attempt
 * @param attempts how many were made
 * @param diedAt when the scheduler gave up
 * @param nextLife which replay took it; absent where none is known
 * @param position where the record lies
 * @param failures every attempt's failure, a JSON array
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record EarlierLife(
        int replays,
        String failureType,
        String message,
        @Nullable Integer httpStatus,
        String cause,
        int attempts,
        Instant diedAt,
        DeadLetterRow.@Nullable NextLife nextLife,
        DeadLetterRow.Position position,
        @JsonRawValue @Nullable String failures) {}
