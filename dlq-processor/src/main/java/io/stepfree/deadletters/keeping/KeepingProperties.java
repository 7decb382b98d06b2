package io.stepfree.deadletters.keeping;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long dead letters are kept.
 *
 * @param deadLetters how long after its death a dead letter is deleted, be it replayed or not; the
 *     audit trail stays
 * @param interval how often it is looked for those whose time is over
 */
@Validated
@ConfigurationProperties("stepfree.keeping")
public record KeepingProperties(
        @DefaultValue("30d") Duration deadLetters, @DefaultValue("1h") Duration interval) {

    public KeepingProperties {
        if (deadLetters.compareTo(Duration.ofHours(1)) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.keeping.dead-letters %s is below 1h: nobody could look at them"
                            .formatted(deadLetters));
        }
        if (interval.compareTo(Duration.ofSeconds(1)) < 0
                || interval.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "stepfree.keeping.interval %s is not from 1s to 1d".formatted(interval));
        }
    }
}
