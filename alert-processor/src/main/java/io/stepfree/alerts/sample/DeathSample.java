package io.stepfree.alerts.sample;

import io.stepfree.platform.pattern.FailurePattern;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.Failure;
import java.util.Optional;

/**
 * One scan that ended as a dead letter.
 *
 * @param pattern the id of its last failure's pattern, the same as the index of dead letters knows
 * @param host the host of the page
 * @param requestId the request it belongs to
 */
public record DeathSample(String pattern, String host, String requestId) implements Sample {

    /** Empty when the dead letter names no failure, which only a foreign writer makes. */
    public static Optional<Sample> of(String host, DeadLetter letter) {
        if (letter.getFailures().isEmpty()) {
            return Optional.empty();
        }
        Failure last = letter.getFailures().getLast().getFailure();
        var pattern =
                FailurePattern.of(
                        FailureNames.of(last.getType()),
                        last.getHttpStatus(),
                        last.getMessage(),
                        letter.getRequest().getHost());
        return Optional.of(new DeathSample(pattern.id(), host, letter.getRequest().getRequestId()));
    }
}
