package io.stepfree.alerts.channel;

import io.stepfree.schemas.ops.Alert;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where whoever is told finds more.
 *
 * @param runbook the address of docs/alerts.md where the team reads it; the metric's name is added
 *     as the fragment
 * @param dashboard the address of the dashboard
 */
public record Links(Optional<URI> runbook, Optional<URI> dashboard) {

    /** No links at all. */
    public static final Links NONE = new Links(Optional.empty(), Optional.empty());

    /** The links for this alert, by what they are called. */
    public Map<String, String> of(Alert alert) {
        var links = new LinkedHashMap<String, String>();
        runbook.ifPresent(page -> links.put("Runbook", page + fragment(alert)));
        dashboard.ifPresent(page -> links.put("Dashboard", page.toString()));
        return links;
    }

    /* A test measures nothing. */
    private static String fragment(Alert alert) {
        return alert.getMetric().isEmpty() ? "" : "#" + alert.getMetric();
    }
}
