package io.stepfree.gateway.schedules;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What clients may have scanned again and again.
 *
 * @param perClient how many schedules a client may have
 * @param urls how many pages one schedule may have, 1 to 10,000
 * @param leastInterval how far the times of a schedule have to be from each other, at least 1m
 * @param poll how often it is looked for schedules that are due
 * @param retryDelay how long after a time that could not be dealt with, because something that is
 *     needed was away, it is tried again; twice as long after each further one, up to 5 minutes
 */
@ConfigurationProperties("stepfree.gateway.schedules")
public record ScheduleProperties(
        @DefaultValue("100") int perClient,
        @DefaultValue("500") int urls,
        @DefaultValue("15m") Duration leastInterval,
        @DefaultValue("5s") Duration poll,
        @DefaultValue("10s") Duration retryDelay) {

    /** The longest time from one try to the next. */
    static final Duration LONGEST_RETRY_DELAY = Duration.ofMinutes(5);

    private static final String PREFIX = "stepfree.gateway.schedules.";
    private static final int MOST = 10_000;

    public ScheduleProperties {
        within("per-client", perClient);
        within("urls", urls);
        if (leastInterval.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException(
                    "%sleast-interval %s is below 1m, and times go by minutes"
                            .formatted(PREFIX, leastInterval));
        }
        if (poll.compareTo(Duration.ofMillis(50)) < 0) {
            throw new IllegalArgumentException("%spoll %s is below 50ms".formatted(PREFIX, poll));
        }
        if (retryDelay.compareTo(Duration.ofMillis(100)) < 0
                || retryDelay.compareTo(LONGEST_RETRY_DELAY) > 0) {
            throw new IllegalArgumentException(
                    "%sretry-delay %s is not between 100ms and 5m".formatted(PREFIX, retryDelay));
        }
    }

    private static void within(String name, int value) {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException(
                    "%s%s %d is not from 1 to %d".formatted(PREFIX, name, value, MOST));
        }
    }
}
