package io.stepfree.deadletters;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How dead letters are replayed.
 *
 * @param replayLimit how often a scan is replayed; one that dies once more is quarantined, and goes
 *     again only when an operator releases it
 * @param canaryPatience how long the ends of a canary are waited for, from when its last scan went;
 *     after that the replay stops
 * @param endPatience how long the ends of a replay's last scans are waited for before it counts as
 *     completed without them
 */
@Validated
@ConfigurationProperties("stepfree.dead-letters")
record DeadLetterProperties(
        @DefaultValue("3") @Min(1) @Max(100) int replayLimit,
        @DefaultValue("30m") Duration canaryPatience,
        @DefaultValue("1d") Duration endPatience) {

    DeadLetterProperties {
        if (canaryPatience.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.dead-letters.canary-patience %s is below 1s"
                            .formatted(canaryPatience));
        }
        if (endPatience.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.dead-letters.end-patience %s is below 1s".formatted(endPatience));
        }
    }
}
