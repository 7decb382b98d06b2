package io.stepfree.gateway.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.stepfree.gateway.access.Caller;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.time.Duration;
import java.util.List;

/**
 * Bounds the requests of each client in a second, at this gateway and in memory: it keeps one
 * client from the others' turn, and needs not be exact. Thread-safe.
 */
public final class RequestRates {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Who was silent for so long has all of its requests again, and needs not be remembered. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(1);

    /** How many clients are remembered; who is forgotten for it begins anew. */
    private static final int MOST_CLIENTS = 10_000;

    private record Of(String client, String plan) {}

    private final Plans plans;
    private final RefusedRequests refused;
    private final TimeMeter time;
    private final Cache<Of, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(MOST_CLIENTS).expireAfterAccess(FORGOTTEN).build();

    public RequestRates(Plans plans, RefusedRequests refused, TimeMeter time) {
        this.plans = plans;
        this.refused = refused;
        this.time = time;
    }

    /**
     * Lets a request in.
     *
     * @throws ProblemException when the client has sent too many, or there is no such plan
     */
    public void admit(Caller caller) {
        Long limit = plans.named(caller.plan()).requestsPerSecond();
        if (limit == null) {
            return;
        }
        long most = limit;
        if (buckets.get(new Of(caller.client(), caller.plan()), _ -> bucket(most)).tryConsume(1)) {
            return;
        }
        refused.count(RefusedRequests.Limit.REQUESTS);
        throw new ProblemException(
                ProblemType.RATE_LIMITED,
                "More than %d requests came within a second; send fewer.".formatted(most),
                List.of(),
                SECOND);
    }

    private Bucket bucket(long limit) {
        return Bucket.builder()
                .addLimit(second -> second.capacity(limit).refillGreedy(limit, SECOND))
                .withCustomTimePrecision(time)
                .build();
    }
}
