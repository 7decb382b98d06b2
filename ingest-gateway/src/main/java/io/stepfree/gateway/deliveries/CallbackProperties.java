package io.stepfree.gateway.deliveries;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How clients are told that a scan or batch has ended.
 *
 * @param atOnce how many are told at once by one gateway
 * @param perClient how many of them may be of one client, over all gateways; of one receiver it is
 *     always one
 * @param timeout how long a receiver may take to answer, in all
 * @param attempts how often it is tried, the first one included, before the delivery is dead
 * @param delay how long after the first failure it is tried again; three times as long after each
 *     further one, each a quarter more or less by chance
 * @param longestDelay the longest of these delays
 * @param poll how often it is looked for deliveries that are due, beside those that begin here
 * @param keep how long deliveries are kept that have ended, well or not
 */
@ConfigurationProperties("stepfree.gateway.callbacks")
public record CallbackProperties(
        @DefaultValue("24") int atOnce,
        @DefaultValue("4") int perClient,
        @DefaultValue("10s") Duration timeout,
        @DefaultValue("12") int attempts,
        @DefaultValue("5s") Duration delay,
        @DefaultValue("1h") Duration longestDelay,
        @DefaultValue("1s") Duration poll,
        @DefaultValue("30d") Duration keep) {

    private static final String PREFIX = "stepfree.gateway.callbacks.";
    private static final int MOST_AT_ONCE = 1_000;
    private static final int MOST_ATTEMPTS = 100;

    public CallbackProperties {
        within("at-once", atOnce, MOST_AT_ONCE);
        within("per-client", perClient, MOST_AT_ONCE);
        within("attempts", attempts, MOST_ATTEMPTS);
        atLeast("timeout", timeout, Duration.ofMillis(100));
        if (timeout.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    "%stimeout %s is above 1m: a receiver that takes longer keeps others waiting"
                            .formatted(PREFIX, timeout));
        }
        atLeast("delay", delay, Duration.ofMillis(10));
        atLeast("poll", poll, Duration.ofMillis(10));
        atLeast("keep", keep, Duration.ofHours(1));
        if (longestDelay.compareTo(delay) < 0) {
            throw new IllegalArgumentException(
                    "%slongest-delay %s is below %sdelay %s"
                            .formatted(PREFIX, longestDelay, PREFIX, delay));
        }
    }

    private static void within(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(
                    "%s%s %d is not from 1 to %d".formatted(PREFIX, name, value, most));
        }
    }

    private static void atLeast(String name, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            throw new IllegalArgumentException(
                    "%s%s %s is below %s".formatted(PREFIX, name, value, least));
        }
    }
}
