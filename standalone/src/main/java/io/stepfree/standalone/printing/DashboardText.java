package io.stepfree.standalone.printing;

import io.stepfree.standalone.client.AlertsView;
import io.stepfree.standalone.client.DashboardView;
import java.net.URI;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints how the whole stands: as a screen for a terminal, or as one line. */
public final class DashboardText {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    /** With its day: a silence may last for seven. */
    private static final DateTimeFormatter END = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

    private static final int MOST_ALERTS = 5;
    private static final int MOST_SILENCES = 5;

    private final Ink ink;
    private final ZoneId zone;

    public DashboardText(Ink ink, ZoneId zone) {
        this.ink = ink;
        this.zone = zone;
    }

    /** All of it, a line each. */
    public List<String> screen(URI server, DashboardView dashboard) {
        var lines = new ArrayList<String>();
        lines.add(
                "%s at %s is %s  %s"
                        .formatted(
                                ink.bold("Stepfree"),
                                server,
                                status(dashboard.status()),
                                ink.faint(TIME.format(dashboard.at().atZone(zone)))));
        lines.add("");
        queue(dashboard.queue(), lines);
        DashboardView.Browser browser = dashboard.browser();
        lines.add(
                "  workers      %,d of %,d slots busy, browsers take %,d MB"
                        .formatted(browser.busy(), browser.slots(), browser.memoryBytes() >> 20));
        DashboardView.Reliability week = dashboard.reliability();
        if (week != null && week.total() > 0) {
            lines.add("  %d days       %s".formatted(week.days(), week(week)));
        }
        lines.add("");
        for (DashboardView.Component component : dashboard.health().components()) {
            if (!component.status().equals("healthy")) {
                lines.add(
                        "  %s %s: %s"
                                .formatted(
                                        status(component.status()),
                                        Printable.line(component.name()),
                                        Printable.line(component.detail())));
            }
        }
        dashboard.alerts().stream()
                .limit(MOST_ALERTS)
                .forEach(alert ->
                        lines.add(
                                "  %s %s: %s"
                                        .formatted(
                                                ink.bad("alert"),
                                                Printable.line(alert.key()),
                                                Printable.line(alert.summary()))));
        silences(silences(dashboard), lines);
        if (lines.getLast().isEmpty()) {
            lines.add("  All parts are well, and no incident is open.");
        }
        return lines;
    }

    /** The most of it in one line. */
    public String line(DashboardView dashboard) {
        DashboardView.Queue queue = dashboard.queue();
        return String.format(
                Locale.ROOT,
                "%s %s waiting=%d active=%d delayed=%d completed=%d failed=%d slots=%d/%d alerts=%d silences=%d",
                dashboard.at(),
                dashboard.status(),
                queue.waiting(),
                queue.active(),
                queue.delayed(),
                queue.completed(),
                queue.failed(),
                queue.busy(),
                queue.capacity(),
                dashboard.alerts().size(),
                silences(dashboard).size());
    }

    private void queue(DashboardView.Queue queue, List<String> lines) {
        lines.add(
                "  queue        %,d waiting, %,d active, %,d to be tried again%s"
                        .formatted(
                                queue.waiting(),
                                queue.active(),
                                queue.delayed(),
                                queue.stale() ? ink.doubtful(" (as last heard)") : ""));
        Double oldest = queue.oldestSeconds();
        if (queue.waiting() > 0 && oldest != null) {
            lines.add("  oldest       has been waiting for %,d s".formatted(Math.round(oldest)));
        }
        lines.add(
                "  ended        %,d with a result, %,d as dead letters"
                        .formatted(queue.completed(), queue.failed()));
    }

    private static List<AlertsView.Silence> silences(DashboardView dashboard) {
        List<AlertsView.Silence> silences = dashboard.silences();
        return silences == null ? List.of() : silences;
    }

    /* An incident that begins while it is silenced is not among those that are open. */
    private void silences(List<AlertsView.Silence> silences, List<String> lines) {
        silences.stream()
                .limit(MOST_SILENCES)
                .forEach(silence ->
                        lines.add(
                                "  %s %s until %s by %s: %s"
                                        .formatted(
                                                ink.doubtful("silenced"),
                                                silence.everything()
                                                        ? "everything"
                                                        : Printable.line(silence.alert()),
                                                END.format(silence.until().atZone(zone)),
                                                Printable.line(silence.orderedBy()),
                                                Printable.line(silence.reason()))));
        if (silences.size() > MOST_SILENCES) {
            lines.add(
                    "  and %,d more: ./stepfree alerts list"
                            .formatted(silences.size() - MOST_SILENCES));
        }
    }

    private static String week(DashboardView.Reliability week) {
        Double rate = week.successRate();
        Double score = week.averageScore();
        return "%,d scans%s%s"
                .formatted(
                        week.total(),
                        rate == null
                                ? ""
                                : String.format(Locale.ROOT, ", %.1f %% succeeded", rate * 100),
                        score == null
                                ? ""
                                : String.format(Locale.ROOT, ", average score %.0f", score));
    }

    private String status(String status) {
        return switch (status) {
            case "healthy" -> ink.good(status);
            case "degraded" -> ink.doubtful(status);
            default -> ink.worse(Printable.line(status));
        };
    }
}
