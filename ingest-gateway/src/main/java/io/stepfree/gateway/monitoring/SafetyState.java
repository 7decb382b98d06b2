package io.stepfree.gateway.monitoring;

import io.stepfree.gateway.health.Status;
import java.time.Instant;
import java.util.List;

/**
 * What keeps harm away from sites, clients and data, and whether it works.
 *
 * @param status the worst of the guards
 * @param guards each of them
 * @param at when this was put together
 */
record SafetyState(Status status, List<Guard> guards, Instant at) {

    /** One of them. */
    record Guard(String name, Status status, String detail) {}

    static SafetyState of(List<Guard> guards, Instant at) {
        return new SafetyState(
                Status.worst(guards.stream().map(Guard::status).toList()), guards, at);
    }
}
