package io.stepfree.gateway.deadletters;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.Optional;
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
 * @param state dead, replayed, quarantined or discarded
 * @param stateChange who last set it aside or released it, and why; absent when nobody did
 * @param replayedAt when it was handed back to the scheduler, where it was
 * @param claimedBy the replay that is about to do so
 * @param nextLife which replay took it, and how the next life of the scan ended
 * @param pattern what its failure has in common with others
 * @param engine name and version of the engine, as far as an attempt told it
 * @param batchId the batch of the scan
 * @param secondLookOf the scan because of which this one was ordered: something was new on the page
 * @param position where the record lies
 * @param origin where the submit lies that this life began with, as far as it is known
 * @param record the whole dead letter, a JSON object; only when one is asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeadLetterRow(
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
        @Nullable StateChange stateChange,
        @Nullable Instant replayedAt,
        @Nullable String claimedBy,
        @Nullable NextLife nextLife,
        @Nullable Pattern pattern,
        @Nullable String engine,
        @Nullable String batchId,
        @Nullable String secondLookOf,
        Position position,
        @Nullable Position origin,
        @JsonRawValue @Nullable String record) {

    /** Where a record lies on its topic. */
    record Position(String topic, int partition, long offset) {}

    /**
     * What the replay began.
     *
     * @param replayId the replay, or the order of a single one
     * @param end completed, died or cancelled; absent while it goes on
     * @param endedAt when it ended
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record NextLife(String replayId, @Nullable String end, @Nullable Instant endedAt) {}

    /** A pattern's id and the message with its placeholders. */
    record Pattern(String id, String text) {}

    /** An operator's word on a dead letter. */
    record StateChange(String by, String reason, Instant at) {}

    /** Why no replay may take it, as a sentence; empty when one may. */
    @JsonIgnore
    Optional<String> obstacle() {
        return switch (state) {
            case "replayed" ->
                    Optional.of(
                            "The dead letter of scan %s has been replayed already."
                                    .formatted(scanId));
            case "quarantined", "discarded" ->
                    Optional.of(
                            "The dead letter of scan %s is %s%s Release it first."
                                    .formatted(scanId, state, said()));
            default ->
                    Optional.ofNullable(claimedBy)
                            .map(replay ->
                                    "The dead letter of scan %s is in replay %s, which is about to send it."
                                            .formatted(scanId, replay));
        };
    }

    private String said() {
        if (stateChange == null) {
            return ".";
        }
        String said =
                ", by %s at %s: %s"
                        .formatted(stateChange.by(), stateChange.at(), stateChange.reason());
        return said.endsWith(".") ? said : said + ".";
    }
}
