package io.stepfree.scheduler.retry;

import io.stepfree.schemas.scan.DeathCause;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a failed scan is tried again, and when. What cannot succeed is not: a page that
 * is not there, an address that may not be visited, a certificate that is refused, a job that is
 * wrong. A site that asks for time (Retry-After, RFC 9110, 10.2.3) gets it, up to a bound, and says
 * by that that it may serve the page later.
 *
 * <p>A job that nobody answered for, over which worker after worker died, or that a worker could
 * not do ({@code LOST}), is our own failure: it uses up none of the scan's attempts, but has a
 * bound of its own, because a page that kills each worker looks the same.
 *
 * @param delays the wait after the first, second, … failure; as many retries as there are delays
 * @param retriesByType how often failures of a type are followed by a retry, where less often than
 *     that; failures of other types do not count towards it
 * @param lostRetries how often a scan may be lost and tried again
 * @param longestWait how much time a site gets at most
 */
public record RetryPolicy(
        List<Duration> delays,
        Map<FailureType, Integer> retriesByType,
        int lostRetries,
        Duration longestWait) {

    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int FIRST_SERVER_ERROR = 500;

    public RetryPolicy {
        delays = List.copyOf(delays);
        retriesByType = Map.copyOf(retriesByType);
    }

    /**
     * @param failures what failed in this life of the scan, the newest last; at least one
     */
    public RetryVerdict decide(List<Failure> failures) {
        Failure newest = failures.getLast();
        if (!mayPass(newest)) {
            return new RetryVerdict.GiveUp(DeathCause.NOT_RETRYABLE);
        }
        int ofThisType = count(failures, newest.getType());
        int lost = count(failures, FailureType.LOST);
        int counted = newest.getType() == FailureType.LOST ? lost : failures.size() - lost;
        int allowed = newest.getType() == FailureType.LOST ? lostRetries : delays.size();
        if (counted > allowed
                || ofThisType > retriesByType.getOrDefault(newest.getType(), allowed)) {
            return new RetryVerdict.GiveUp(DeathCause.ATTEMPTS_USED_UP);
        }
        Duration own =
                delays.isEmpty() ? Duration.ZERO : delays.get(Math.min(counted, delays.size()) - 1);
        return new RetryVerdict.Retry(delay(newest, own));
    }

    private static int count(List<Failure> failures, FailureType type) {
        return (int) failures.stream().filter(failure -> failure.getType() == type).count();
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
            // A bot wall does not open by itself; a site that is only too busy says so, or names
            // its time.
            case BLOCKED_BY_SITE ->
                    failure.getRetryAfterMillis() != null || statusIs(failure, TOO_MANY_REQUESTS);
        };
    }

    private static boolean statusIs(Failure failure, int status) {
        return failure.getHttpStatus() != null && failure.getHttpStatus() == status;
    }

    private static boolean statusMayPass(@Nullable Integer status) {
        return status == null
                || status >= FIRST_SERVER_ERROR
                || status == TOO_MANY_REQUESTS
                || status == REQUEST_TIMEOUT;
    }
}
