package io.stepfree.processor;

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
 */
@Validated
@ConfigurationProperties("stepfree.scan")
public record ScanProperties(
        @DefaultValue("50") @Min(1) @Max(1_000) int nodesPerRule,
        @DefaultValue("250ms") Duration settleTime) {

    public ScanProperties {
        if (settleTime.isNegative() || settleTime.compareTo(Duration.ofSeconds(10)) > 0) {
            throw new IllegalArgumentException(
                    "stepfree.scan.settle-time %s is not from 0s to 10s".formatted(settleTime));
        }
    }
}
