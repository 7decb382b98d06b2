package io.stepfree.platform.breaker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When calls to a dependency are given up for a while.
 *
 * @param enabled whether breakers open at all; false only counts
 * @param failures after how many failures in a row a breaker opens, 1 to 1000
 * @param open how long it stays open, 1 s to 1 h
 * @param successes how many calls must then succeed in a row until it is closed, 1 to 100
 * @param of what is different for a single breaker, by its name: broker, cache, database, email,
 *     pagerduty, registry, slack or webhook
 */
@ConfigurationProperties(prefix = "stepfree.breakers", ignoreUnknownFields = false)
public record BreakerProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("5") int failures,
        @DefaultValue("30s") Duration open,
        @DefaultValue("2") int successes,
        @DefaultValue Map<String, One> of) {

    /**
     * Every breaker there is in any service. All services may be given the same settings, so that a
     * name is known although this service has no such breaker.
     */
    private static final List<String> NAMES =
            List.of(
                    "broker",
                    "cache",
                    "database",
                    "email",
                    "pagerduty",
                    "registry",
                    "slack",
                    "webhook");

    private static final String PREFIX = "stepfree.breakers";

    /** What is different for one breaker; what is absent is as for all. */
    public record One(
            @Nullable Integer failures, @Nullable Duration open, @Nullable Integer successes) {}

    public BreakerProperties {
        of = Map.copyOf(of);
        check(PREFIX, failures, open, successes);
        for (var one : of.entrySet()) {
            if (!NAMES.contains(one.getKey())) {
                throw new IllegalArgumentException(
                        "%s.of.%s names no breaker; there are %s"
                                .formatted(PREFIX, one.getKey(), String.join(", ", NAMES)));
            }
            check(
                    PREFIX + ".of." + one.getKey(),
                    or(one.getValue().failures(), failures),
                    or(one.getValue().open(), open),
                    or(one.getValue().successes(), successes));
        }
    }

    /** What holds for the breaker of this name. */
    BreakerPolicy policy(String name) {
        One one = of.getOrDefault(name, new One(null, null, null));
        return new BreakerPolicy(
                or(one.failures(), failures), or(one.open(), open), or(one.successes(), successes));
    }

    private static <T> T or(@Nullable T own, T common) {
        return own == null ? common : own;
    }

    private static void check(String key, int failures, Duration open, int successes) {
        if (failures < 1 || failures > 1_000) {
            throw new IllegalArgumentException(
                    "%s.failures %d is not between 1 and 1000".formatted(key, failures));
        }
        if (open.compareTo(Duration.ofSeconds(1)) < 0 || open.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "%s.open %s is not between 1s and 1h".formatted(key, open));
        }
        if (successes < 1 || successes > 100) {
            throw new IllegalArgumentException(
                    "%s.successes %d is not between 1 and 100".formatted(key, successes));
        }
    }
}
