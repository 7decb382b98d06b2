package io.stepfree.gateway.monitoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.gateway.health.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What keeps harm away from sites, clients and data, and whether it works.
 *
 * @param status the worst of the guards
 * @param guards each of them
 * @param at when this was put together
 * @param asOf when the scheduler told of its books; absent when it never did
 * @param stale whether that is longer ago than it should be, so that it may be different now
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SafetyState(
        Status status, List<Guard> guards, Instant at, @Nullable Instant asOf, boolean stale) {

    /** One of them. */
    record Guard(String name, Status status, String detail) {}

    static SafetyState of(List<Guard> guards, Instant at, @Nullable Instant asOf, boolean stale) {
        return new SafetyState(
                Status.worst(guards.stream().map(Guard::status).toList()), guards, at, asOf, stale);
    }
}
