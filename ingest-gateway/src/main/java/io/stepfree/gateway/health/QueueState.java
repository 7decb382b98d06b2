package io.stepfree.gateway.health;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The scans on their way, as scheduler and workers last told.
 *
 * @param status how well it goes
 * @param reasons what is not as it should be, one sentence each
 * @param waiting scans that wait for a worker
 * @param active jobs that are with workers
 * @param delayed scans that wait for their next attempt
 * @param completed lives of scans that ended with a result, since the books were begun
 * @param failed those that ended as dead letters
 * @param cancelled those that were cancelled
 * @param accepted all that were accepted
 * @param capacity how many scans the workers can make at once
 * @param busy how many they make now
 * @param utilisation busy / capacity; absent when there are no workers
 * @param oldestSeconds how long the scan has been waiting that waits longest; absent when not known
 * @param asOf when that was told; absent when it never was
 * @param stale whether that is longer ago than it should be, so that it may be different now
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QueueState(
        Status status,
        List<String> reasons,
        long waiting,
        long active,
        long delayed,
        long completed,
        long failed,
        long cancelled,
        long accepted,
        long capacity,
        long busy,
        @Nullable Double utilisation,
        @Nullable Double oldestSeconds,
        @Nullable Instant asOf,
        boolean stale) {}
