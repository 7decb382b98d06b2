package io.stepfree.alerts;

import io.stepfree.alerts.metric.Metric;
import io.stepfree.alerts.metric.MetricPolicy;
import io.stepfree.alerts.metric.Unit;
import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.schemas.ops.Severity;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one metric is held against; what is absent stays as it is by default.
 *
 * @param enabled whether it is looked at
 * @param threshold from which value on it is an alert, in the metric's unit; above 0, and at most 1
 *     for a share
 * @param critical from which value on it is a critical alert; at least the threshold
 * @param window how far back it is measured; whole seconds, from 1s to 1h
 * @param minimum on how many single measurements a value must rest before it means anything
 * @param severity how urgent it is: warning, error or critical
 * @param cooldown for how long after its end it does not begin again; up to 24h
 */
public record MetricSettings(
        @Nullable Boolean enabled,
        @Nullable Double threshold,
        @Nullable Double critical,
        @Nullable Duration window,
        @Nullable Long minimum,
        @Nullable Severity severity,
        @Nullable Duration cooldown) {

    private static final String PREFIX = "stepfree.alerts.metrics.";
    private static final Duration SHORTEST_WINDOW = Duration.ofSeconds(1);
    private static final Duration LONGEST_WINDOW = Duration.ofHours(1);
    private static final Duration LONGEST_COOLDOWN = Duration.ofHours(24);

    /**
     * The policy of every metric.
     *
     * @param settings by the metric's name; an environment variable cannot hold its hyphens, and
     *     leaves them out
     * @throws CannotStartException that names the setting, its value and what it may be
     */
    static Map<Metric, MetricPolicy> policies(Map<String, MetricSettings> settings) {
        var policies = new EnumMap<Metric, MetricPolicy>(Metric.class);
        for (Metric metric : Metric.values()) {
            policies.put(metric, metric.defaults());
        }
        settings.forEach((name, set) -> {
            Metric metric = named(name);
            policies.put(metric, set.over(metric));
        });
        return policies;
    }

    private static Metric named(String name) {
        return Arrays.stream(Metric.values())
                .filter(metric -> plain(metric.label()).equals(plain(name)))
                .findFirst()
                .orElseThrow(() ->
                        new CannotStartException(
                                "%s%s: there is no metric of this name; there are %s"
                                        .formatted(
                                                PREFIX,
                                                name,
                                                Arrays.stream(Metric.values())
                                                        .map(Metric::label)
                                                        .collect(Collectors.joining(", ")))));
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private MetricPolicy over(Metric metric) {
        MetricPolicy defaults = metric.defaults();
        var policy =
                new MetricPolicy(
                        Objects.requireNonNullElse(enabled, defaults.enabled()),
                        Objects.requireNonNullElse(threshold, defaults.threshold()),
                        Optional.ofNullable(critical).orElse(defaults.critical()),
                        Objects.requireNonNullElse(window, defaults.window()),
                        Objects.requireNonNullElse(minimum, defaults.minimum()),
                        Objects.requireNonNullElse(severity, defaults.severity()),
                        Objects.requireNonNullElse(cooldown, defaults.cooldown()));
        check(metric, policy);
        return policy;
    }

    private static void check(Metric metric, MetricPolicy policy) {
        double most = metric.unit() == Unit.SHARE ? 1 : Double.MAX_VALUE;
        require(
                policy.threshold() > 0 && policy.threshold() <= most,
                metric,
                "threshold",
                policy.threshold(),
                metric.unit() == Unit.SHARE
                        ? "above 0 and at most 1, as 0.5 for a half"
                        : "a number above 0");
        Double critical = policy.critical();
        require(
                critical == null || (critical >= policy.threshold() && critical <= most),
                metric,
                "critical",
                critical,
                "at least the threshold %s%s"
                        .formatted(
                                policy.threshold(),
                                metric.unit() == Unit.SHARE ? " and at most 1" : ""));
        require(
                policy.window().compareTo(SHORTEST_WINDOW) >= 0
                        && policy.window().compareTo(LONGEST_WINDOW) <= 0
                        && policy.window().toMillis() % 1000 == 0,
                metric,
                "window",
                policy.window(),
                "whole seconds, from 1s to 1h");
        require(policy.minimum() >= 0, metric, "minimum", policy.minimum(), "0 or more");
        require(
                policy.severity() != Severity.UNKNOWN,
                metric,
                "severity",
                policy.severity(),
                "warning, error or critical");
        require(
                !policy.cooldown().isNegative()
                        && policy.cooldown().compareTo(LONGEST_COOLDOWN) <= 0,
                metric,
                "cooldown",
                policy.cooldown(),
                "from 0s to 24h");
    }

    private static void require(
            boolean fits, Metric metric, String setting, @Nullable Object value, String must) {
        if (!fits) {
            throw new CannotStartException(
                    "%s%s.%s is %s and must be %s"
                            .formatted(PREFIX, metric.label(), setting, value, must));
        }
    }
}
