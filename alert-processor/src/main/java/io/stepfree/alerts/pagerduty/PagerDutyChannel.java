package io.stepfree.alerts.pagerduty;

import io.stepfree.alerts.channel.AlertFigures;
import io.stepfree.alerts.channel.Channel;
import io.stepfree.alerts.channel.Links;
import io.stepfree.alerts.channel.Message;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.Severity;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A PagerDuty service, by its Events API v2: an incident is triggered when an alert fires and
 * resolved when it ends, under one {@code dedup_key}, so that an alert told twice while its
 * incident is open pages once. Only errors and critical alerts of the last day are worth waking
 * somebody.
 *
 * <p>The routing key is a secret; it is in the body alone.
 */
public final class PagerDutyChannel implements Channel {

    // developer.pagerduty.com, Events API v2: a summary has 1,024 characters, a dedup_key 255.
    private static final int LONGEST_SUMMARY = 1024;
    private static final int LONGEST_KEY = 255;

    /** Who sets up PagerDuty today is not to be woken for what fired last week. */
    private static final Duration OLD_NEWS = Duration.ofDays(1);

    private final URI address;
    private final String routingKey;
    private final Links links;
    private final JsonMapper json;
    private final InstantSource clock;

    /**
     * @param address of the events, as {@code https://events.pagerduty.com/v2/enqueue}
     */
    public PagerDutyChannel(
            URI address, String routingKey, Links links, JsonMapper json, InstantSource clock) {
        this.address = address;
        this.routingKey = routingKey;
        this.links = links;
        this.json = json;
        this.clock = clock;
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
        return switch (alert.getState()) {
            // A trigger under the key of an open incident is added to it, and pages nobody again.
            case FIRED, ESCALATED ->
                    pages(alert) ? Optional.of(message(trigger(alert))) : Optional.empty();
            // Whatever its severity: the incident may have been triggered with another one. Without
            // an open incident PagerDuty does nothing.
            case RESOLVED -> Optional.of(message(resolve(alert)));
            case UNKNOWN -> Optional.empty();
        };
    }

    private boolean pages(Alert alert) {
        boolean urgent =
                alert.getSeverity() == Severity.ERROR || alert.getSeverity() == Severity.CRITICAL;
        return urgent && alert.getAt().isAfter(clock.instant().minus(OLD_NEWS));
    }

    private Message message(ObjectNode event) {
        return Message.of(address, json.writeValueAsString(event));
    }

    private ObjectNode resolve(Alert alert) {
        return event(alert, "resolve");
    }

    private ObjectNode event(Alert alert, String action) {
        return json.createObjectNode()
                .put("routing_key", routingKey)
                .put("dedup_key", cut("stepfree/" + alert.getKey(), LONGEST_KEY))
                .put("event_action", action);
    }

    private ObjectNode trigger(Alert alert) {
        ObjectNode event = event(alert, "trigger");
        event.put("client", "Stepfree");
        ObjectNode payload = event.putObject("payload");
        payload.put("summary", cut(alert.getSummary(), LONGEST_SUMMARY));
        payload.put("source", "stepfree");
        payload.put("severity", alert.getSeverity().name().toLowerCase(Locale.ROOT));
        payload.put("timestamp", alert.getSince().toString());
        payload.put("component", alert.getKey());
        payload.put("class", alert.getMetric());
        ObjectNode details = payload.putObject("custom_details");
        details.put("value", alert.getValue());
        details.put("threshold", alert.getThreshold());
        if (AlertFigures.hasWindow(alert)) {
            details.put("window_seconds", alert.getWindowMillis() / 1000);
        }
        details.put("samples", alert.getSamples());
        details.put("unit", alert.getUnit());
        details.put("subject", alert.getSubject());
        AlertFigures.lists(alert)
                .forEach((title, counts) ->
                        counts.forEach(details.putObject(machineName(title))::put));
        alert.getSampleRequestIds().forEach(details.putArray("request_ids")::add);
        alert.getAlso().forEach(details.putArray("also")::add);
        details.put("what_to_do", alert.getAction());
        links.of(alert)
                .forEach((text, href) ->
                        event.withArray("links").addObject().put("href", href).put("text", text));
        return event;
    }

    private static String machineName(String title) {
        return title.toLowerCase(Locale.ROOT).replace(' ', '_');
    }

    private static String cut(String text, int longest) {
        return text.codePointCount(0, text.length()) <= longest
                ? text
                : text.substring(0, text.offsetByCodePoints(0, longest - 1)) + "…";
    }
}
