package io.stepfree.alerts.pagerduty;

import io.stepfree.alerts.channel.Channel;
import io.stepfree.alerts.channel.Message;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A PagerDuty service, by its Events API v2: an incident is triggered when an alert fires and
 * resolved when it ends, under one {@code dedup_key}, so that an alert told twice pages once. Only
 * errors and critical alerts are worth waking somebody.
 *
 * <p>The routing key is a secret; it is in the body alone.
 */
public final class PagerDutyChannel implements Channel {

    // developer.pagerduty.com, Events API v2: a summary has 1,024 characters, a dedup_key 255.
    private static final int LONGEST_SUMMARY = 1024;
    private static final int LONGEST_KEY = 255;

    private final URI address;
    private final String routingKey;
    private final JsonMapper json;

    /**
     * @param address of the events, as {@code https://events.pagerduty.com/v2/enqueue}
     */
    public PagerDutyChannel(URI address, String routingKey, JsonMapper json) {
        this.address = address;
        this.routingKey = routingKey;
        this.json = json;
    }

    @Override
    public String name() {
        return "pagerduty";
    }

    @Override
    public String setting() {
        return "stepfree.alerts.pager-duty.routing-key";
    }

    @Override
    public Optional<Message> message(Alert alert) {
        boolean pages =
                alert.getSeverity() == Severity.ERROR || alert.getSeverity() == Severity.CRITICAL;
        return pages && alert.getState() != AlertState.UNKNOWN
                ? Optional.of(Message.of(address, json.writeValueAsString(event(alert))))
                : Optional.empty();
    }

    private ObjectNode event(Alert alert) {
        ObjectNode event = json.createObjectNode();
        event.put("routing_key", routingKey);
        event.put("dedup_key", cut("stepfree/" + alert.getKey(), LONGEST_KEY));
        if (alert.getState() == AlertState.RESOLVED) {
            return event.put("event_action", "resolve");
        }
        event.put("event_action", "trigger");
        event.put("client", "Stepfree");
        ObjectNode payload = event.putObject("payload");
        payload.put("summary", cut(alert.getSummary(), LONGEST_SUMMARY));
        payload.put("source", "stepfree");
        payload.put("severity", alert.getSeverity().name().toLowerCase(Locale.ROOT));
        payload.put("timestamp", alert.getSince().toString());
        payload.put("component", alert.getKey());
        ObjectNode details = payload.putObject("custom_details");
        details.put("value", alert.getValue());
        details.put("threshold", alert.getThreshold());
        details.put("window_seconds", alert.getWindowMillis() / 1000);
        details.put("samples", alert.getSamples());
        ObjectNode failures = details.putObject("failures_by_type");
        alert.getFailuresByType()
                .forEach((type, count) -> failures.put(type.toLowerCase(Locale.ROOT), count));
        alert.getSampleRequestIds().forEach(details.putArray("request_ids")::add);
        return event;
    }

    private static String cut(String text, int longest) {
        return text.codePointCount(0, text.length()) <= longest
                ? text
                : text.substring(0, text.offsetByCodePoints(0, longest - 1)) + "…";
    }
}
