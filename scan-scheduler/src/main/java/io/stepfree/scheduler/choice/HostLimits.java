package io.stepfree.scheduler.choice;

import java.time.Duration;

/**
 * How hosts are spared.
 *
 * @param atOnce how many scans of one host may be out at once, at least 1
 * @param gap the least time between two dispatches to one host
 * @param longestQuiet for how long a host that asks for it is left alone at most
 */
public record HostLimits(int atOnce, Duration gap, Duration longestQuiet) {}
