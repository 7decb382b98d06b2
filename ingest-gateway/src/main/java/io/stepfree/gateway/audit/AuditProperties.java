package io.stepfree.gateway.audit;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long it is known who changed what.
 *
 * @param keep how long a row of the audit log is kept, at least 90 days, which the database itself
 *     insists on
 */
@ConfigurationProperties("stepfree.gateway.audit")
public record AuditProperties(@DefaultValue("400d") Duration keep) {

    private static final Duration SHORTEST = Duration.ofDays(90);
    private static final Duration LONGEST = Duration.ofDays(36_500);

    public AuditProperties {
        if (keep.compareTo(SHORTEST) < 0 || keep.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "stepfree.gateway.audit.keep %s is not from %d to %,d days"
                            .formatted(keep, SHORTEST.toDays(), LONGEST.toDays()));
        }
    }
}
