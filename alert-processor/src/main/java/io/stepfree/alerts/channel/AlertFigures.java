package io.stepfree.alerts.channel;

import io.stepfree.alerts.metric.Metric;
import io.stepfree.alerts.metric.Unit;
import io.stepfree.schemas.ops.Alert;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The figures of an alert as people read them. */
public final class AlertFigures {

    private AlertFigures() {}

    /** What was measured, with its unit. */
    private static String value(Alert alert) {
        return text(alert, alert.getValue());
    }

    /** What it was held against, with its unit. */
    private static String threshold(Alert alert) {
        return text(alert, alert.getThreshold());
    }

    /** What was measured, where, and when, by the name of each figure. */
    public static Map<String, String> figures(Alert alert) {
        var figures = new LinkedHashMap<String, String>();
        // A test measures nothing.
        if (!alert.getMetric().isEmpty()) {
            figures.put("Measured", metric(alert));
            figures.put("Value", value(alert));
            figures.put("Threshold", threshold(alert));
            if (hasWindow(alert)) {
                figures.put("Window", alert.getWindowMillis() / 1000 + " s");
            }
            figures.put("Samples", Long.toString(alert.getSamples()));
        }
        figures.put("Since", alert.getSince().toString());
        figures.put("Found at", alert.getAt().toString());
        return figures;
    }

    /** Whether it says something to a person how far back it was measured. */
    public static boolean hasWindow(Alert alert) {
        return Metric.of(alert.getMetric()).map(metric -> !metric.isOfNow()).orElse(true);
    }

    private static String metric(Alert alert) {
        return alert.getSubject().isEmpty()
                ? alert.getMetric()
                : alert.getMetric() + " of " + alert.getSubject();
    }

    private static String text(Alert alert, double value) {
        return Unit.of(alert.getUnit())
                .map(unit -> unit.text(value))
                .orElseGet(() -> String.format(Locale.ROOT, "%.2f", value));
    }

    /** Where and how it failed, by a title for each list; empty lists are left out. */
    public static Map<String, Map<String, Long>> lists(Alert alert) {
        var lists = new LinkedHashMap<String, Map<String, Long>>();
        put(lists, "Failures by type", alert, Alert::getFailuresByType);
        put(lists, "Hosts", alert, Alert::getFailuresByHost);
        put(lists, "Clients", alert, Alert::getFailuresByClient);
        put(lists, "Workers", alert, Alert::getFailuresByWorker);
        put(lists, "Engines", alert, Alert::getFailuresByEngine);
        return lists;
    }

    private static void put(
            Map<String, Map<String, Long>> lists,
            String title,
            Alert alert,
            Function<Alert, Map<String, Long>> list) {
        Map<String, Long> counts = list.apply(alert);
        if (!counts.isEmpty()) {
            lists.put(title, most(counts));
        }
    }

    /** The highest first. */
    private static Map<String, Long> most(Map<String, Long> counts) {
        var sorted = new LinkedHashMap<String, Long>();
        counts.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }
}
