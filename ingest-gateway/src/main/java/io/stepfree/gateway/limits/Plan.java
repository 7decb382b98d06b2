package io.stepfree.gateway.limits;

import org.jspecify.annotations.Nullable;

/**
 * What the clients of a plan may.
 *
 * @param name as keys name it
 * @param scansPerHour absent for any number
 * @param requestsPerSecond absent for any number
 */
public record Plan(String name, @Nullable Long scansPerHour, @Nullable Long requestsPerSecond) {}
