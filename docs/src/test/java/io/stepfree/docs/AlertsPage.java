package io.stepfree.docs;

import io.stepfree.alerts.metric.Metric;
import io.stepfree.alerts.metric.MetricPolicy;
import java.time.Duration;
import java.util.Locale;

/** The part of {@code docs/alerts.md} that is made from the catalogue of metrics. */
final class AlertsPage {

    String render() {
        var page = new StringBuilder();
        page.append("## The metrics\n\n");
        var table =
                new MarkdownTable(
                        "metric",
                        "incident",
                        "threshold",
                        "window",
                        "at least",
                        "severity",
                        "cooldown");
        for (Metric metric : Metric.values()) {
            MetricPolicy policy = metric.defaults();
            table.row(
                    "[%1$s](#%1$s)".formatted(metric.label()) + (policy.enabled() ? "" : " (off)"),
                    metric.incident(),
                    metric.unit().text(policy.threshold()),
                    text(policy.window()),
                    policy.minimum() == 0 ? "" : Long.toString(policy.minimum()),
                    policy.severity().name().toLowerCase(Locale.ROOT),
                    text(policy.cooldown()));
        }
        page.append(table);
        for (Metric metric : Metric.values()) {
            page.append(
                    "\n### %s\n\n%s **What to do**: %s\n"
                            .formatted(metric.label(), metric.description(), metric.action()));
        }
        return page.toString();
    }

    private static String text(Duration duration) {
        if (duration.toSeconds() % 3600 == 0 && duration.toHours() > 0) {
            return duration.toHours() + " h";
        }
        return duration.toSeconds() % 60 == 0 && duration.toMinutes() > 0
                ? duration.toMinutes() + " min"
                : duration.toSeconds() + " s";
    }
}
