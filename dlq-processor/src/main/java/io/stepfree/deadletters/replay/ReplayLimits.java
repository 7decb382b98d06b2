package io.stepfree.deadletters.replay;

import io.stepfree.deadletters.index.LoopGuard;
import java.time.Duration;

/**
 * What bounds replays.
 *
 * @param guard how often a scan is replayed before it is quarantined
 * @param canaryPatience how long the ends of a canary are waited for
 * @param endPatience how long the ends of the last scans are waited for
 */
public record ReplayLimits(LoopGuard guard, Duration canaryPatience, Duration endPatience) {}
