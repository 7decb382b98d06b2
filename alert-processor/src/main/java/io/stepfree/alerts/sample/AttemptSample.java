package io.stepfree.alerts.sample;

import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanAttempt;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a scan.
 *
 * @param failure the failure's type in lower case; null when the attempt completed
 * @param host the host of the page
 * @param client whom the scan belongs to; empty where the worker did not tell
 * @param worker the instance that made it
 * @param engine name and version of its engine; empty where it did not tell
 * @param millis how long it took
 * @param requestId the request it belongs to
 */
public record AttemptSample(
        @Nullable String failure,
        String host,
        String client,
        String worker,
        String engine,
        long millis,
        String requestId)
        implements Sample {

    /** Empty for a cancelled attempt, which says nothing about whether scans go well. */
    public static Optional<Sample> of(String host, ScanAttempt attempt) {
        var failure = attempt.getFailure();
        if (failure != null && failure.getType() == FailureType.CANCELLED) {
            return Optional.empty();
        }
        long millis = attempt.getEndedAt().toEpochMilli() - attempt.getStartedAt().toEpochMilli();
        return Optional.of(
                new AttemptSample(
                        failure == null ? null : FailureNames.of(failure.getType()),
                        host,
                        attempt.getClient(),
                        attempt.getWorker(),
                        engine(attempt),
                        Math.max(0, millis),
                        attempt.getRequestId()));
    }

    private static String engine(ScanAttempt attempt) {
        if (attempt.getEngine() != null) {
            return attempt.getEngine();
        }
        return attempt.getPage() == null ? "" : attempt.getPage().getEngine();
    }
}
