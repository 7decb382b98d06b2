package io.stepfree.alerts.watch;

import io.stepfree.alerts.history.Dimension;
import io.stepfree.alerts.history.History;
import io.stepfree.alerts.history.Tally;
import io.stepfree.alerts.incident.Member;
import io.stepfree.alerts.incident.News;
import io.stepfree.alerts.metric.Metric;
import io.stepfree.alerts.metric.MetricPolicy;
import io.stepfree.alerts.metric.Reading;
import io.stepfree.alerts.sample.OrderSample;
import io.stepfree.alerts.signal.LatestSignals;
import io.stepfree.alerts.signal.Level;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the alerts themselves, for people and machines. For one thread. */
final class AlertWriter {

    private static final int MOST_NAMES = 5;
    private static final String TEST_KEY = "test/";

    private final History history;
    private final LatestSignals signals;
    private final Map<Metric, MetricPolicy> policies;

    AlertWriter(History history, LatestSignals signals, Map<Metric, MetricPolicy> policies) {
        this.history = history;
        this.signals = signals;
        this.policies = policies;
    }

    Alert alert(News news, long nowMillis) {
        Metric metric = news.lead().metric();
        MetricPolicy policy = policies.getOrDefault(metric, metric.defaults());
        Tally window = history.window(policy.window(), nowMillis / 1000);
        Reading reading = news.reading();
        return Alert.newBuilder()
                .setKey(news.key())
                .setState(news.state())
                .setSeverity(news.severity())
                .setAt(Instant.ofEpochMilli(nowMillis))
                .setSince(Instant.ofEpochMilli(news.sinceMillis()))
                .setSummary(summary(news, policy, window, nowMillis))
                .setValue(reading == null ? 0 : reading.value())
                .setThreshold(threshold(news, policy))
                .setWindowMillis(policy.window().toMillis())
                .setSamples(reading == null ? 0 : reading.samples())
                .setFailuresByType(Map.copyOf(window.by(Dimension.FAILURES_BY_TYPE)))
                .setSampleRequestIds(window.examples())
                .setMetric(metric.label())
                .setSubject(news.lead().subject())
                .setUnit(metric.unit().label())
                .setAlso(labels(news.others()))
                .setFailuresByHost(top(window.by(Dimension.FAILURES_BY_HOST)))
                .setFailuresByClient(top(window.by(Dimension.FAILURES_BY_CLIENT)))
                .setFailuresByWorker(top(window.by(Dimension.FAILURES_BY_WORKER)))
                .setFailuresByEngine(top(window.by(Dimension.FAILURES_BY_ENGINE)))
                .setAction(
                        news.state() == AlertState.RESOLVED
                                ? ""
                                : metric.action(news.lead().subject()))
                .build();
    }

    /** Begins and ends at once, so that a receiver that keeps incidents has none open. */
    List<Alert> test(OrderSample order, long nowMillis) {
        return List.of(
                test(AlertState.FIRED, order, nowMillis),
                test(AlertState.RESOLVED, order, nowMillis));
    }

    private static Alert test(AlertState state, OrderSample order, long nowMillis) {
        Instant now = Instant.ofEpochMilli(nowMillis);
        return Alert.newBuilder()
                .setKey(TEST_KEY + order.id())
                .setState(state)
                .setSeverity(Severity.ERROR)
                .setAt(now)
                .setSince(now)
                .setSummary(
                        "This is only a test, ordered by %s.%s"
                                .formatted(
                                        order.by(),
                                        order.reason().isBlank()
                                                ? ""
                                                : " Reason: " + order.reason()))
                .setValue(0)
                .setThreshold(0)
                .setWindowMillis(0)
                .setSamples(0)
                .setFailuresByType(Map.of())
                .setSampleRequestIds(List.of())
                .build();
    }

    private static double threshold(News news, MetricPolicy policy) {
        return news.severity() == Severity.CRITICAL
                        && policy.severity() != Severity.CRITICAL
                        && policy.critical() != null
                ? policy.critical()
                : policy.threshold();
    }

    private String summary(News news, MetricPolicy policy, Tally window, long nowMillis) {
        Metric metric = news.lead().metric();
        String measured = measured(news, policy);
        if (news.state() == AlertState.RESOLVED) {
            return "It is over after %s%s."
                    .formatted(
                            text(Duration.ofMillis(nowMillis - news.sinceMillis())),
                            measured.isEmpty() ? "" : ": " + measured);
        }
        var sentences = new StringBuilder(measured).append('.');
        String where =
                metric.incident().equals("scans-failing")
                        ? Gathering.of(window)
                        : concerned(news, policy, window, nowMillis);
        if (!where.isEmpty()) {
            sentences.append(' ').append(where);
        }
        return sentences.toString();
    }

    /** What was measured, and within which time; empty for what is not there at the moment. */
    private static String measured(News news, MetricPolicy policy) {
        Metric metric = news.lead().metric();
        Reading reading = news.reading();
        String within = metric.isOfNow() ? "" : " in the last %s".formatted(text(policy.window()));
        if (reading != null && (reading.samples() > 0 || metric.unit().countsToZero())) {
            return "%s%s (threshold %s)"
                    .formatted(
                            metric.phrase(reading.value(), news.lead().subject()),
                            within,
                            metric.unit().text(threshold(news, policy)));
        }
        return within.isEmpty() ? "" : "nothing was measured" + within;
    }

    /** A sentence that names the instances to look at; empty when none is known. */
    private String concerned(News news, MetricPolicy policy, Tally window, long nowMillis) {
        Metric metric = news.lead().metric();
        Map<String, Long> counted = top(metric.instances(window));
        if (!counted.isEmpty()) {
            return counted.entrySet().stream()
                    .map(entry -> "%s (%d)".formatted(entry.getKey(), entry.getValue()))
                    .collect(Collectors.joining(", ", "Most in ", "."));
        }
        if (metric == Metric.REGRESSIONS) {
            return hosts(nowMillis);
        }
        return metric == Metric.CAPACITY_LOST
                ? sentence("Gone", signals.lostWorkers(policy.window(), nowMillis))
                // Levels of parts are named as they are silenced.
                : sentence("Look at", signals.foremost(news.lead().label(), nowMillis));
    }

    /** Of those that got worse, also where one message cannot name them; empty for a single one. */
    private String hosts(long nowMillis) {
        return history.levels(Level.REGRESSED_HOSTS, Duration.ofSeconds(1), nowMillis / 1000)
                .map(hosts -> Math.round(hosts.last()))
                .filter(hosts -> hosts > 1)
                .map("There are such on %d hosts in all."::formatted)
                .orElse("");
    }

    private static String sentence(String begin, List<String> instances) {
        if (instances.isEmpty()) {
            return "";
        }
        String names = instances.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
        int more = instances.size() - MOST_NAMES;
        return "%s: %s%s.".formatted(begin, names, more > 0 ? " and %d more".formatted(more) : "");
    }

    private static List<String> labels(List<Member> members) {
        return members.stream().map(Member::label).limit(MOST_NAMES).toList();
    }

    private static Map<String, Long> top(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .filter(entry -> !entry.getKey().isEmpty())
                .sorted(
                        Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_NAMES)
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                Map.Entry::getValue,
                                Long::sum,
                                LinkedHashMap::new));
    }

    /** As {@code 90 s}, {@code 5 min} or {@code 2 h 5 min}. */
    static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7_200
                ? seconds / 60 + " min"
                : String.format(Locale.ROOT, "%d h %d min", seconds / 3_600, seconds % 3_600 / 60);
    }
}
