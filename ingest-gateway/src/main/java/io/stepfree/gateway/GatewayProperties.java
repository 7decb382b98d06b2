package io.stepfree.gateway;

import io.stepfree.gateway.limits.PlanSettings;
import io.stepfree.gateway.limits.Plans;
import java.time.Duration;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How the gateway treats its clients.
 *
 * @param bodyLimit the longest body that is read; a longer one is answered with 413; at most 128KB,
 *     because a scan's request travels in one record with its result, and a record takes 1 MB
 * @param recentKeep how long a scan accepted here is remembered, so that it can be asked for before
 *     it is projected
 * @param recentLimit how many such scans are remembered at most
 * @param readTimeout how long one query may take before its client is told that the database is not
 *     available, in whole seconds
 * @param retryAfter how long a client is asked to wait when something we need is down, in whole
 *     seconds
 * @param plans what clients may, by the name of their plan: scans-per-hour (over all gateways, 1 to
 *     1,000,000) and requests-per-second (at one gateway, 1 to 100,000), of which the one that is
 *     left out has no limit. There are standard, with 10 and 20, which may be set anew as a whole,
 *     and unlimited
 * @param queueBound how many scans may wait for a worker before no more are taken; how many wait is
 *     told every two seconds, so that a few more may come in
 */
@Validated
@ConfigurationProperties("stepfree.gateway")
public record GatewayProperties(
        @DefaultValue("64KB") DataSize bodyLimit,
        @DefaultValue("10m") Duration recentKeep,
        @DefaultValue("100000") int recentLimit,
        @DefaultValue("5s") Duration readTimeout,
        @DefaultValue("5s") Duration retryAfter,
        @DefaultValue Map<String, PlanSettings> plans,
        @DefaultValue("1000000") long queueBound) {

    /** What a record of 1 MB leaves beside the largest page, 850,000 bytes, and its failures. */
    private static final DataSize LARGEST_BODY = DataSize.ofKilobytes(128);

    public GatewayProperties {
        if (bodyLimit.toBytes() < 1 || bodyLimit.toBytes() > LARGEST_BODY.toBytes()) {
            throw new IllegalArgumentException(
                    "stepfree.gateway.body-limit %s is not between 1B and %dKB: a scan's request has to fit into one record of 1 MB with its result; set it to %dKB or less"
                            .formatted(
                                    bodyLimit,
                                    LARGEST_BODY.toKilobytes(),
                                    LARGEST_BODY.toKilobytes()));
        }
        if (recentKeep.isNegative()) {
            throw new IllegalArgumentException(
                    "stepfree.gateway.recent-keep %s is negative".formatted(recentKeep));
        }
        if (recentLimit < 0) {
            throw new IllegalArgumentException(
                    "stepfree.gateway.recent-limit %d is negative".formatted(recentLimit));
        }
        if (readTimeout.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.gateway.read-timeout %s is below 1s".formatted(readTimeout));
        }
        if (retryAfter.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.gateway.retry-after %s is below 1s".formatted(retryAfter));
        }
        plans = Map.copyOf(plans);
        // Looked at now, so that the start is what a wrong one stops.
        var _ = Plans.of(plans);
        if (queueBound < 1) {
            throw new IllegalArgumentException(
                    "stepfree.gateway.queue-bound %d is below 1: no scan would be taken; set it to 1 or more"
                            .formatted(queueBound));
        }
    }

    /** The database for who waits for an answer: no query of it takes longer than may be waited. */
    public Jdbi bounded(Jdbi jdbi) {
        int seconds = Math.toIntExact(readTimeout.toSeconds());
        return jdbi.configure(SqlStatements.class, config -> config.setQueryTimeout(seconds));
    }
}
