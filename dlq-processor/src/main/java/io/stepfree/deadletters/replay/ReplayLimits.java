package io.stepfree.deadletters.replay;

import java.time.Duration;

/**
 * What bounds replays.
 *
 * @param replays how often a scan is replayed before it is quarantined
 * @param canaryPatience how long the ends of a canary are waited for
 * @param endPatience how long the ends of the last scans are waited for
 */
public record ReplayLimits(int replays, Duration canaryPatience, Duration endPatience) {}
