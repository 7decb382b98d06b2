package io.stepfree.scheduler.lifecycle;

import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * How much is handed out, and for how long things are waited for.
 *
 * @param slots how many scans all workers can make at once, now
 * @param jobsPerSlot how many jobs are handed out for each slot
 * @param jobDeadline when a silent job counts as lost
 * @param lowShare of how many choices one is kept for low priority
 * @param endedKept how long an ended scan is remembered
 */
public record DispatchLimits(
        IntSupplier slots,
        int jobsPerSlot,
        Duration jobDeadline,
        int lowShare,
        Duration endedKept) {

    private static final int LEAST_PER_PARTITION = 2;

    /**
     * How many jobs one partition may have out at once: its share of all, but never so few that a
     * single busy host leaves workers idle. Nothing is handed out while no worker is heard of, so
     * that no deadline runs in vain.
     */
    int jobsPerPartition() {
        int available = slots.getAsInt();
        if (available == 0) {
            return 0;
        }
        int share = Math.ceilDiv(available * jobsPerSlot, Topics.SCAN_REQUESTS.partitions());
        return Math.max(LEAST_PER_PARTITION, share);
    }
}
