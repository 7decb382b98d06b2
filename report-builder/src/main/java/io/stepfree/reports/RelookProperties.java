package io.stepfree.reports;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How many pages are looked at again because something is new on them.
 *
 * @param perHour how many looks at pages with a new serious or critical violation are ordered for
 *     one client within an hour; what is new beyond that waits for the next scan that somebody has
 *     made. 0 orders none
 */
@Validated
@ConfigurationProperties("stepfree.reports.relooks")
public record RelookProperties(@DefaultValue("100") int perHour) {

    public RelookProperties {
        if (perHour < 0) {
            throw new IllegalArgumentException(
                    "stepfree.reports.relooks.per-hour %d is below 0: set it to 0 for none, or to how many one client may have within an hour"
                            .formatted(perHour));
        }
    }
}
