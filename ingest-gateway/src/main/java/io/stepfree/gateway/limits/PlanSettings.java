package io.stepfree.gateway.limits;

import org.jspecify.annotations.Nullable;

/**
 * What a plan allows, as it is set; at least one of both.
 *
 * @param scansPerHour how many scans a client may submit in an hour, over all gateways, 1 to
 *     1,000,000; absent for any number
 * @param requestsPerSecond how many requests of a client one gateway takes in a second, 1 to
 *     100,000; absent for any number
 */
public record PlanSettings(@Nullable Long scansPerHour, @Nullable Long requestsPerSecond) {}
