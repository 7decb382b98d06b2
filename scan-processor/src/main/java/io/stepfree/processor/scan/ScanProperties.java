package io.stepfree.processor.scan;

import io.stepfree.processor.robots.RobotsMode;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How a page is looked at.
 *
 * @param nodesPerRule how many elements are told of each rule at most; all are counted
 * @param settleTime how long a page is left alone once it has loaded, so that its scripts can do
 *     their work; at most 10 s
 * @param maxElements how many elements a page may have, open shadow roots included; a larger one
 *     ends as resource_limit, because the engine would take the whole time of the scan for it
 * @param userAgent what the browser calls itself where a request does not say; empty for its own
 *     name with Stepfree added, so that a site can see who asks
 * @param robots whether a page that robots.txt forbids is scanned all the same (off), with a
 *     warning (warn), or not at all (obey); off, because people who audit their own sites ask for
 *     exactly the pages that they keep from search engines
 */
@Validated
@ConfigurationProperties("stepfree.scan")
public record ScanProperties(
        @DefaultValue("50") @Min(1) @Max(1_000) int nodesPerRule,
        @DefaultValue("250ms") Duration settleTime,
        @DefaultValue("50000") @Min(100) int maxElements,
        @DefaultValue("") String userAgent,
        @DefaultValue("off") RobotsMode robots) {

    public ScanProperties {
        if (settleTime.isNegative() || settleTime.compareTo(Duration.ofSeconds(10)) > 0) {
            throw new IllegalArgumentException(
                    "stepfree.scan.settle-time %s is not from 0s to 10s".formatted(settleTime));
        }
        if (userAgent.chars().anyMatch(c -> c < ' ' || c >= 0x7f)) {
            throw new IllegalArgumentException(
                    "stepfree.scan.user-agent has a character that is not printable ASCII");
        }
    }

    /** The settings that hold where nothing is configured. */
    public static ScanProperties defaults() {
        return new ScanProperties(50, Duration.ofMillis(250), 50_000, "", RobotsMode.OFF);
    }
}
