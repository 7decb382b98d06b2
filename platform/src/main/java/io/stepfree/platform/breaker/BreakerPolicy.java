package io.stepfree.platform.breaker;

import java.time.Duration;

/**
 * When one breaker opens and closes.
 *
 * @param failures after how many failures in a row it opens
 * @param open how long it stays open
 * @param successes how many calls must then succeed in a row until it is closed
 */
record BreakerPolicy(int failures, Duration open, int successes) {}
