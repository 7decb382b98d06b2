package io.stepfree.alerts.errorrate;

import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanAttempt;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that the error rate needs to know of an attempt. When it was made is the record's timestamp.
 *
 * @param failure the name of the failure's type; null when the attempt completed
 * @param requestId the request it belongs to
 */
record AttemptSample(@Nullable String failure, String requestId) {

    /** Empty for a cancelled attempt, which says nothing about whether scans go well. */
    static Optional<AttemptSample> of(ScanAttempt attempt) {
        var failure = attempt.getFailure();
        if (failure == null) {
            return Optional.of(new AttemptSample(null, attempt.getRequestId()));
        }
        return failure.getType() == FailureType.CANCELLED
                ? Optional.empty()
                : Optional.of(new AttemptSample(failure.getType().name(), attempt.getRequestId()));
    }
}
