package io.stepfree.scheduler.lifecycle;

import java.time.Duration;

/**
 * How long things are waited for.
 *
 * @param jobDeadline when a silent job counts as lost
 * @param openBound for how long a scan may be open before somebody should look
 * @param endedKept how long an ended scan is remembered
 * @param batchesKept how long a batch whose scans have all ended is remembered
 */
public record ScanTimes(
        Duration jobDeadline, Duration openBound, Duration endedKept, Duration batchesKept) {}
