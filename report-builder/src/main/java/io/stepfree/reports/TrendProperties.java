package io.stepfree.reports;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How trends are counted.
 *
 * @param every how long after it has counted what has changed report-builder looks again: trends
 *     are up to that much behind the reports, and further where counting takes more than a tenth of
 *     the time; at least a second
 */
@Validated
@ConfigurationProperties("stepfree.reports.trends")
public record TrendProperties(@DefaultValue("30s") Duration every) {

    public TrendProperties {
        if (every.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.reports.trends.every %s is below 1s: a site in use would be counted all the time; set it to 1s or more"
                            .formatted(every));
        }
    }
}
