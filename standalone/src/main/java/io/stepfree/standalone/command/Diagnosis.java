package io.stepfree.standalone.command;

import io.stepfree.standalone.client.AlertsView;
import io.stepfree.standalone.client.DashboardView;
import io.stepfree.standalone.command.Check.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds in the whole's own account what is wrong, and names the cure of each. */
final class Diagnosis {

    private static final Set<String> ESSENTIAL =
            Set.of("broker", "database", "scan-scheduler", "scan-processor");

    private static final Set<String> SERVICES =
            Set.of(
                    "scan-scheduler",
                    "scan-processor",
                    "report-builder",
                    "dlq-processor",
                    "alert-processor");

    private Diagnosis() {}

    static List<Check> of(DashboardView dashboard) {
        var checks = new ArrayList<Check>();
        boolean deaf =
                dashboard.health().components().stream()
                        .anyMatch(one ->
                                one.name().equals("broker") && one.status().equals("critical"));
        dashboard.health().components().forEach(one -> checks.add(component(one, deaf)));
        checks.add(queue(dashboard.queue()));
        // The breakers are among the parts already.
        Set<String> known = checks.stream().map(Check::name).collect(Collectors.toSet());
        dashboard.safety().guards().stream()
                .filter(one -> !known.contains(one.name()))
                .map(Diagnosis::guard)
                .forEach(checks::add);
        checks.add(incidents(dashboard.alerts()));
        List<AlertsView.Silence> silences = dashboard.silences();
        if (silences != null && !silences.isEmpty()) {
            checks.add(silences(silences));
        }
        return checks;
    }

    /**
     * @param deaf whether Kafka is away, so that nothing can be heard of the other services
     */
    private static Check component(DashboardView.Component component, boolean deaf) {
        if (deaf && SERVICES.contains(component.name())) {
            return new Check(
                    component.name(),
                    Result.DOUBTFUL,
                    component.detail(),
                    "Mend Kafka first: without it nothing is heard of this service.");
        }
        return switch (component.status()) {
            case "healthy" -> Check.well(component.name(), component.detail());
            case "critical" ->
                    new Check(
                            component.name(),
                            ESSENTIAL.contains(component.name()) ? Result.ILL : Result.DOUBTFUL,
                            component.detail(),
                            cure(component.name()));
            default ->
                    new Check(
                            component.name(),
                            Result.DOUBTFUL,
                            component.detail(),
                            SERVICES.contains(component.name())
                                    ? "It runs; mend what it names. One that was taken away on purpose is missed for 10 minutes."
                                    : cure(component.name()));
        };
    }

    private static String cure(String component) {
        return switch (component) {
            case "broker" ->
                    "See that Kafka runs and that stepfree.kafka.bootstrap-servers names it; scans that were accepted are safe and go on.";
            case "database" ->
                    "See that PostgreSQL runs and that stepfree.database.url names it; nothing is lost, reports come later.";
            case "registry" ->
                    "See that the schema registry runs and that stepfree.registry.url names it; services that run go on, new ones cannot start.";
            case "disk" -> "Make room, or move the data to a larger disk (STEPFREE_HOME).";
            case "memory" -> "Give the service more heap (-Xmx), or run more instances of it.";
            case "pool" ->
                    "Look for slow queries in PostgreSQL (pg_stat_activity), or raise stepfree.database.pool-size.";
            case "breakers" ->
                    "Mend what is behind it; it closes by itself, or at once with POST /admin/breakers/{name}/reset.";
            case "recovery" -> "Look into the log of the service for why that does not help.";
            case "browser" ->
                    "See in the log of scan-processor why it has none; bin/install-browser installs one.";
            case "scan-processor" ->
                    "Start workers, and see in their log why they have no browser; bin/install-browser installs one.";
            default -> "Start %s, or look into its log for why it stopped.".formatted(component);
        };
    }

    private static Check queue(DashboardView.Queue queue) {
        return queue.reasons().isEmpty()
                ? Check.well(
                        "queue",
                        "%,d scans wait, %,d are with workers."
                                .formatted(queue.waiting(), queue.active()))
                : new Check(
                        "queue",
                        queue.status().equals("critical") ? Result.ILL : Result.DOUBTFUL,
                        String.join(" ", queue.reasons()),
                        "Mend scheduler and workers first; the scans that wait are safe.");
    }

    private static Check guard(DashboardView.Component guard) {
        return guard.status().equals("healthy")
                ? Check.well(guard.name(), guard.detail())
                : new Check(
                        guard.name(),
                        Result.DOUBTFUL,
                        guard.detail(),
                        switch (guard.name()) {
                            case "ledger" ->
                                    "Wait a minute after a start; a difference that stays is a fault of ours: see docs/reliability.md.";
                            case "overdue" ->
                                    "See in ./stepfree alerts list and in the workers' logs what holds them up.";
                            default -> cure(guard.name());
                        });
    }

    private static Check incidents(List<AlertsView.AlertView> alerts) {
        if (alerts.isEmpty()) {
            return Check.well("incidents", "None is open.");
        }
        AlertsView.AlertView first = alerts.getFirst();
        return new Check(
                "incidents",
                Result.DOUBTFUL,
                "%d open; the most urgent is %s: %s"
                        .formatted(alerts.size(), first.key(), first.summary()),
                first.action().isEmpty() ? "See ./stepfree alerts list." : first.action());
    }

    /* An incident that begins while it is silenced is told to nobody, and so is not among those that are open. */
    private static Check silences(List<AlertsView.Silence> silences) {
        return new Check(
                "silences",
                Result.DOUBTFUL,
                "Nobody is told of %s."
                        .formatted(
                                silences.stream()
                                        .map(one ->
                                                "%s until %s (%s: %s)"
                                                        .formatted(
                                                                one.everything()
                                                                        ? "anything"
                                                                        : one.alert(),
                                                                one.until(),
                                                                one.orderedBy(),
                                                                one.reason()))
                                        .collect(Collectors.joining(", "))),
                "What is open meanwhile is not shown; ./stepfree alerts unsilence '%s' ends it."
                        .formatted(silences.getFirst().alert()));
    }
}
