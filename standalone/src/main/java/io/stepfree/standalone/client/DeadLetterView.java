package io.stepfree.standalone.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A dead letter as the gateway tells it.
 *
 * @param scanId the scan that died
 * @param replays how often it had been replayed before
 * @param requestId the id of the HTTP request that submitted it
 * @param url the page
 * @param failureType the last failure's kind
 * @param message the last failure in words
 * @param httpStatus what the page answered with, where it did
 * @param cause why there was no further attempt
 * @param attempts how many were made
 * @param diedAt when it was given up
 * @param state dead, replayed, quarantined or discarded
 * @param stateChange who last set it aside or released it, and why; null when nobody did
 * @param nextLife which replay took it, and how the next life of the scan ended; null while dead
 * @param pattern what its failure has in common with others
 * @param engine name and version of the engine, as far as an attempt told it
 * @param secondLookOf the scan because of which this one was ordered; null where it is no second
 *     look
 * @param record the whole dead letter; only when one is asked for
 * @param earlierLives how it had died before, newest first; only when one is asked for
 */
public record DeadLetterView(
        String scanId,
        int replays,
        String requestId,
        String url,
        String failureType,
        String message,
        @Nullable Integer httpStatus,
        String cause,
        int attempts,
        Instant diedAt,
        String state,
        @Nullable StateChange stateChange,
        @Nullable NextLife nextLife,
        @Nullable Pattern pattern,
        @Nullable String engine,
        @Nullable String secondLookOf,
        @Nullable JsonNode record,
        @Nullable JsonNode earlierLives) {

    /** An operator's word on a dead letter. */
    public record StateChange(String by, String reason, Instant at) {}

    /** The replay, and how what it began ended, once it has. */
    public record NextLife(String replayId, @Nullable String end, @Nullable Instant endedAt) {}

    /** A pattern's id and the message with its placeholders. */
    public record Pattern(String id, String text) {}
}
