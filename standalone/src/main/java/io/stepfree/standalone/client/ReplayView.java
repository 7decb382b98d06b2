package io.stepfree.standalone.client;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A replay of many dead letters, as the gateway tells it.
 *
 * @param id its id
 * @param state ordered, choosing, canary, waiting_for_canary, running, stopped, completed, failed
 *     or dry_run
 * @param ending one sentence: how it ended, or why it stands still
 * @param requestId the id of the HTTP request that ordered it
 * @param orderedBy who ordered it
 * @param reason why
 * @param orderedAt when
 * @param plan which and how
 * @param chosen how many were chosen; absent before the choice
 * @param waiting not gone yet
 * @param published gone
 * @param underWay gone and not ended
 * @param completed ended with a result
 * @param diedAgain ended as a dead letter once more
 * @param cancelled ended by a cancel
 * @param skipped left alone, by reason
 * @param canary what goes first, where there is a canary
 * @param sample some of those that would go, with a dry run
 * @param startedAt when the first could go
 * @param endedAt when it ended or stopped
 * @param steps every stop and resume, oldest first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReplayView(
        String id,
        String state,
        @Nullable String ending,
        String requestId,
        String orderedBy,
        String reason,
        Instant orderedAt,
        @Nullable JsonNode plan,
        @Nullable Integer chosen,
        int waiting,
        int published,
        int underWay,
        int completed,
        int diedAgain,
        int cancelled,
        Map<String, Integer> skipped,
        @Nullable JsonNode canary,
        @Nullable JsonNode sample,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable JsonNode steps) {

    public ReplayView {
        skipped = Map.copyOf(skipped);
    }

    /** Whether it moves by itself. */
    @JsonIgnore
    public boolean goesOn() {
        return switch (state) {
            case "stopped", "completed", "failed", "dry_run" -> false;
            default -> true;
        };
    }

    /** How many have ended in whatever way. */
    @JsonIgnore
    public int ended() {
        return completed + diedAgain + cancelled;
    }

    /** How many go in all. */
    @JsonIgnore
    public int going() {
        return waiting + published;
    }

    /** Where it stands, in one line. */
    @JsonIgnore
    public String standing() {
        String skips =
                skipped.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(skip -> skip.getValue() + " " + skip.getKey().replace('_', ' '))
                        .collect(Collectors.joining(", "));
        return state.replace('_', ' ')
                + numbers()
                + (skips.isEmpty() ? "" : "; left alone: " + skips);
    }

    private String numbers() {
        return switch (state) {
            case "ordered", "choosing" -> "";
            case "dry_run" ->
                    ": %d would go"
                            .formatted(
                                    (chosen == null ? 0 : chosen)
                                            - skipped.values().stream()
                                                    .mapToInt(Integer::intValue)
                                                    .sum());
            default ->
                    ": %d of %d went, %d completed, %d died again, %d cancelled"
                            .formatted(published, going(), completed, diedAgain, cancelled);
        };
    }
}
