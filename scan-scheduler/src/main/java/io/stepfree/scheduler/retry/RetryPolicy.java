package io.stepfree.scheduler.retry;

import io.stepfree.schemas.scan.DeathCause;
import io.stepfree.schemas.scan.Failure;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a failed scan is tried again, and when. What cannot succeed is not: a page that
 * is not there, an address that may not be visited, a certificate that is refused, a job that is
 * wrong. A site that asks for time (Retry-After, RFC 9110, 10.2.3) gets it, up to a bound, and says
 * by that that it may serve the page later.
 *
 * @param delays the wait after the first, second, … failure; as many retries as there are delays
 * @param longestWait how much time a site gets at most
 */
public record RetryPolicy(List<Duration> delays, Duration longestWait) {

    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int FIRST_SERVER_ERROR = 500;

    public RetryPolicy {
        delays = List.copyOf(delays);
    }

    /**
     * @param failure the newest failure
     * @param failures how many attempts have failed, this one included; at least 1
     */
    public RetryVerdict decide(Failure failure, int failures) {
        if (!mayPass(failure)) {
            return new RetryVerdict.GiveUp(DeathCause.NOT_RETRYABLE);
        }
        if (failures > delays.size()) {
            return new RetryVerdict.GiveUp(DeathCause.ATTEMPTS_USED_UP);
        }
        return new RetryVerdict.Retry(delay(failure, delays.get(failures - 1)));
    }

    /** The site's wish, but never less than our own delay and never more than the bound. */
    private Duration delay(Failure failure, Duration own) {
        Long asked = failure.getRetryAfterMillis();
        if (asked == null || asked <= own.toMillis()) {
            return own;
        }
        Duration wait = asked >= longestWait.toMillis() ? longestWait : Duration.ofMillis(asked);
        return wait.compareTo(own) < 0 ? own : wait;
    }

    private static boolean mayPass(Failure failure) {
        return switch (failure.getType()) {
            case TIMEOUT, NAVIGATION, DNS, BROWSER_CRASH, ENGINE_ERROR, LOST, UNKNOWN -> true;
            case TLS, UNSAFE_TARGET, UNSUPPORTED_CONTENT, RESOURCE_LIMIT, CANCELLED, INVALID_JOB ->
                    false;
            case HTTP_ERROR -> statusMayPass(failure.getHttpStatus());
            // A bot wall does not open by itself; a site that is only too busy names its time.
            case BLOCKED_BY_SITE -> failure.getRetryAfterMillis() != null;
        };
    }

    private static boolean statusMayPass(@Nullable Integer status) {
        return status == null
                || status >= FIRST_SERVER_ERROR
                || status == TOO_MANY_REQUESTS
                || status == REQUEST_TIMEOUT;
    }
}
