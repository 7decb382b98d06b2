package io.stepfree.load.chaos;

import io.stepfree.load.chaos.nemesis.Schedule;
import io.stepfree.load.chaos.pipeline.Service;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run, wholly decided.
 *
 * @param seed what the driver and the nemesis draw from
 * @param scans how many scans are submitted
 * @param time in which they are submitted and faults begin
 * @param schedule the faults
 * @param jobDeadline after which the scheduler counts a job as lost
 * @param drainLimit how long everything may take to come to rest
 * @param leastHits how many kills must hit a scan in flight, for the run to prove anything
 * @param replays how many dead letters are replayed at most
 * @param withoutKey every so manieth scan is submitted without an Idempotency-Key; 1 for all
 * @param schedulers how many schedulers there are
 * @param plantedBug a bug that the services are told to have
 * @param drill what is measured beside, if anything
 */
record Scenario(
        long seed,
        int scans,
        Duration time,
        Schedule schedule,
        Duration jobDeadline,
        Duration drainLimit,
        int leastHits,
        int replays,
        int withoutKey,
        int schedulers,
        @Nullable String plantedBug,
        @Nullable Drill drill) {

    /** The services that there are. */
    List<Service> services() {
        return Stream.concat(
                        Service.ON_THE_WAY.stream(),
                        Service.SCHEDULERS.stream().limit(schedulers).skip(1))
                .toList();
    }

    /** How many scans are submitted a second. */
    double arrivalRate() {
        return scans * 1_000.0 / time.toMillis();
    }
}
