package io.stepfree.deadletters.index;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A whole dead letter as people and queries read it: the JSON of the column {@code record}. Enum
 * values are in lower case and times in ISO 8601, as everywhere in the API.
 *
 * @param request the scan as it was accepted
 * @param failures every attempt's failure, oldest first
 * @param cause why there was no further attempt
 * @param diedAt when the scheduler gave up
 */
record ReadableDeadLetter(Request request, List<Failure> failures, String cause, Instant diedAt) {

    record Request(
            String scanId,
            String requestId,
            String client,
            String url,
            String host,
            String standard,
            String priority,
            Options options,
            Instant submittedAt,
            int earlierAttempts,
            int replays,
            @Nullable String batchId,
            @Nullable Lineage lineage) {}

    /** The dead letter that this life was replayed from. */
    record Lineage(String replayId, String topic, int partition, long offset, Instant diedAt) {}

    record Options(int timeoutMillis, int viewportWidth, int viewportHeight) {}

    record Failure(
            int attempt,
            String worker,
            Instant startedAt,
            Instant failedAt,
            String type,
            String message,
            @Nullable Integer httpStatus,
            @Nullable String field,
            @Nullable Long retryAfterMillis,
            @Nullable String engine) {}

    /** Name and version of the engine that the last attempt which tells one was made with. */
    @JsonIgnore
    @Nullable String engine() {
        return failures.reversed().stream()
                .map(Failure::engine)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    static ReadableDeadLetter of(DeadLetter letter) {
        return new ReadableDeadLetter(
                request(letter.getRequest()),
                letter.getFailures().stream().map(ReadableDeadLetter::failure).toList(),
                lowerCase(letter.getCause()),
                letter.getDiedAt());
    }

    private static Request request(ScanRequest request) {
        return new Request(
                StorableText.of(request.getScanId()),
                StorableText.of(request.getRequestId()),
                StorableText.of(request.getClient()),
                StorableText.of(request.getUrl()),
                StorableText.of(request.getHost()),
                StorableText.of(request.getStandard()),
                lowerCase(request.getPriority()),
                new Options(
                        request.getOptions().getTimeoutMillis(),
                        request.getOptions().getViewportWidth(),
                        request.getOptions().getViewportHeight()),
                request.getSubmittedAt(),
                request.getEarlierAttempts(),
                request.getReplays(),
                storable(request.getBatchId()),
                lineage(request));
    }

    private static @Nullable Lineage lineage(ScanRequest request) {
        var lineage = request.getLineage();
        return lineage == null
                ? null
                : new Lineage(
                        StorableText.of(lineage.getReplayId()),
                        StorableText.of(lineage.getTopic()),
                        lineage.getPartition(),
                        lineage.getOffset(),
                        lineage.getDiedAt());
    }

    private static Failure failure(AttemptFailure attempt) {
        var failure = attempt.getFailure();
        return new Failure(
                attempt.getAttempt(),
                StorableText.of(attempt.getWorker()),
                attempt.getStartedAt(),
                attempt.getFailedAt(),
                lowerCase(failure.getType()),
                StorableText.of(failure.getMessage()),
                failure.getHttpStatus(),
                storable(failure.getField()),
                failure.getRetryAfterMillis(),
                storable(attempt.getEngine()));
    }

    private static @Nullable String storable(@Nullable String text) {
        return text == null ? null : StorableText.of(text);
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
