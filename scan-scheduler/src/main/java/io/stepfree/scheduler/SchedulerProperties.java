package io.stepfree.scheduler;

import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.topic.Topics;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How scans are handed out and tried again.
 *
 * @param retryDelays how long to wait after the first, second, … failure; as many retries as there
 *     are delays
 * @param retriesByType how often failures of a type are tried again, where less often than there
 *     are delays, as {@code timeout: 1}; only failures of that type count towards it
 * @param lostRetries how often a scan of which nothing is heard, over which workers die, or that a
 *     worker cannot do is tried again; that uses up none of the retries above, since it is our own
 *     failure
 * @param longestRetryAfter how long a site that asks us to stay away (Retry-After) is left alone at
 *     most before the next attempt, from 0 to 1d
 * @param jobDeadline how long after its dispatch a job of which nothing is heard counts as lost;
 *     longer than the jobs before it can take, each up to two minutes
 * @param jobsPerSlot how many jobs are handed out for each slot that the workers have
 * @param lowShare of how many choices one is kept for a scan of low priority
 * @param perHost how many scans of one host are out at once at most; fewer while the host answers
 *     429 or 503 or times out
 * @param hostGap the least time between two scans of one host, from 0 to 1h
 * @param openBound for how long a scan may be open before it is told to be overdue
 * @param endedKept how long an ended scan is remembered, so that a command that comes twice starts
 *     nothing twice; at least as long as a record may be on scan.requests, 8 days
 * @param batchesKept how long a batch is remembered after its last scan has ended, so that a replay
 *     counts where it belongs; at least as long as scan.dead-letters keeps records, and as
 *     ended-kept
 * @param standbys how many other schedulers keep a copy of each partition's stores, where there are
 *     as many, so that they go on at once when one dies
 * @param sitePagesAtOnce how many pages of a site are open at once at most; the fewer, the less is
 *     scanned after it is known that nothing new comes; 1 to 100, as their addresses are in one
 *     record
 * @param siteFetchDeadline how long a site waits for a worker to have read a document, such as a
 *     sitemap; 1m to 1d
 */
@Validated
@ConfigurationProperties("stepfree.scheduler")
public record SchedulerProperties(
        @DefaultValue({"2s", "4s", "8s"}) List<Duration> retryDelays,
        @DefaultValue Map<FailureType, Integer> retriesByType,
        @DefaultValue("8") @Min(0) @Max(100) int lostRetries,
        @DefaultValue("10m") Duration longestRetryAfter,
        @DefaultValue("20m") Duration jobDeadline,
        @DefaultValue("2") @Min(1) @Max(100) int jobsPerSlot,
        @DefaultValue("5") @Min(2) @Max(1_000) int lowShare,
        @DefaultValue("2") @Min(1) @Max(1_000) int perHost,
        @DefaultValue("100ms") Duration hostGap,
        @DefaultValue("1d") Duration openBound,
        @DefaultValue("8d") Duration endedKept,
        @DefaultValue("45d") Duration batchesKept,
        @DefaultValue("1") @Min(0) @Max(2) int standbys,
        @DefaultValue("10") @Min(1) @Max(100) int sitePagesAtOnce,
        @DefaultValue("20m") Duration siteFetchDeadline) {

    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    public SchedulerProperties {
        retryDelays = List.copyOf(retryDelays);
        retriesByType = Map.copyOf(retriesByType);
        for (Duration delay : retryDelays) {
            between("retry-delays", delay, Duration.ZERO, LONGEST_WAIT);
        }
        for (var entry : retriesByType.entrySet()) {
            if (entry.getValue() < 0 || entry.getValue() > retryDelays.size()) {
                throw new IllegalArgumentException(
                        "stepfree.scheduler.retries-by-type has %d for %s; each is from 0 to %d, as many as there are retry-delays"
                                .formatted(
                                        entry.getValue(),
                                        entry.getKey().name().toLowerCase(Locale.ROOT),
                                        retryDelays.size()));
            }
            if (entry.getKey() == FailureType.LOST) {
                throw new IllegalArgumentException(
                        "stepfree.scheduler.retries-by-type has lost; set stepfree.scheduler.lost-retries instead");
            }
        }
        between("longest-retry-after", longestRetryAfter, Duration.ZERO, Duration.ofDays(1));
        between("job-deadline", jobDeadline, Duration.ofSeconds(1), Duration.ofDays(1));
        between("host-gap", hostGap, Duration.ZERO, LONGEST_WAIT);
        between(
                "site-fetch-deadline",
                siteFetchDeadline,
                Duration.ofMinutes(1),
                Duration.ofDays(1));
        between("open-bound", openBound, Duration.ofSeconds(1), Duration.ofDays(365));
        if (endedKept.compareTo(Topics.SCAN_REQUESTS.longestLife()) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.scheduler.ended-kept %s is below %s, as long as a record may be on scan.requests: a scan could be accepted twice"
                            .formatted(endedKept, Topics.SCAN_REQUESTS.longestLife()));
        }
        if (batchesKept.compareTo(Topics.SCAN_DEAD_LETTERS.retention()) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.scheduler.batches-kept %s is below %s, as long as scan.dead-letters keeps records: a replay would find its batch forgotten"
                            .formatted(batchesKept, Topics.SCAN_DEAD_LETTERS.retention()));
        }
        if (batchesKept.compareTo(endedKept) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.scheduler.batches-kept %s is below ended-kept %s: a batch has to outlast its scans"
                            .formatted(batchesKept, endedKept));
        }
    }

    private static void between(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "stepfree.scheduler.%s has %s, which is not between %s and %s"
                            .formatted(name, value, least, most));
        }
    }
}
