package io.stepfree.deadletters.index;

import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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
            int replays) {}

    record Options(int timeoutMillis, int viewportWidth, int viewportHeight) {}

    record Failure(
            int attempt,
            String worker,
            Instant startedAt,
            Instant failedAt,
            String type,
            String message,
            @Nullable Integer httpStatus,
            @Nullable String field) {}

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
                request.getReplays());
    }

    private static Failure failure(AttemptFailure attempt) {
        var failure = attempt.getFailure();
        String field = failure.getField();
        return new Failure(
                attempt.getAttempt(),
                StorableText.of(attempt.getWorker()),
                attempt.getStartedAt(),
                attempt.getFailedAt(),
                lowerCase(failure.getType()),
                StorableText.of(failure.getMessage()),
                failure.getHttpStatus(),
                field == null ? null : StorableText.of(field));
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
