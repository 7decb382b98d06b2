package io.stepfree.scheduler;

import io.stepfree.schemas.topic.Topics;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How scans are handed out and tried again.
 *
 * @param retryDelays how long to wait after the first, second, … failure; as many retries as there
 *     are delays
 * @param longestRetryAfter how long a site that asks us to stay away (Retry-After) is left alone at
 *     most before the next attempt, from 0 to 1d
 * @param jobDeadline how long after its dispatch a job of which nothing is heard counts as lost;
 *     longer than the jobs before it can take, each up to two minutes
 * @param jobsPerSlot how many jobs are handed out for each slot that the workers have
 * @param lowShare of how many choices one is kept for a scan of low priority
 * @param endedKept how long an ended scan is remembered, so that a command that comes twice starts
 *     nothing twice; at least as long as scan.requests keeps records
 */
@Validated
@ConfigurationProperties("stepfree.scheduler")
public record SchedulerProperties(
        @DefaultValue({"2s", "4s", "8s"}) List<Duration> retryDelays,
        @DefaultValue("10m") Duration longestRetryAfter,
        @DefaultValue("1h") Duration jobDeadline,
        @DefaultValue("2") @Min(1) @Max(100) int jobsPerSlot,
        @DefaultValue("5") @Min(2) @Max(1_000) int lowShare,
        @DefaultValue("8d") Duration endedKept) {

    public SchedulerProperties {
        retryDelays = List.copyOf(retryDelays);
        for (Duration delay : retryDelays) {
            if (delay.isNegative() || delay.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException(
                        "stepfree.scheduler.retry-delays has %s; each is between 0 and 1h"
                                .formatted(delay));
            }
        }
        if (longestRetryAfter.isNegative() || longestRetryAfter.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "stepfree.scheduler.longest-retry-after %s is not between 0 and 1d"
                            .formatted(longestRetryAfter));
        }
        if (jobDeadline.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.scheduler.job-deadline %s is below 1s".formatted(jobDeadline));
        }
        if (endedKept.compareTo(Topics.SCAN_REQUESTS.retention()) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.scheduler.ended-kept %s is below %s, as long as scan.requests keeps records: a scan could be accepted twice"
                            .formatted(endedKept, Topics.SCAN_REQUESTS.retention()));
        }
    }
}
