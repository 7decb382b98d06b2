package io.stepfree.alerts.slack;

import io.stepfree.alerts.channel.AlertFigures;
import io.stepfree.alerts.channel.Links;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes an alert as the body of a call to a Slack incoming webhook: Block Kit blocks in one
 * attachment, whose colour is red while the incident lasts and green once it is over.
 *
 * <p>What others wrote is escaped as Slack asks for ({@code &}, {@code <} and {@code >}), so that
 * no text can turn into a link or call the whole channel by {@code <!channel>}; {@code verbatim}
 * keeps Slack from finding mentions on its own. Texts are cut at Slack's limits, beyond which it
 * refuses the whole message.
 */
final class SlackMessage {

    private static final String RED = "#c4221f";
    private static final String GREEN = "#2e7d32";
    private static final String GREY = "#757575";

    // docs.slack.dev, Block Kit: header 150, text of a section 3,000, each of its fields 2,000
    // characters.
    private static final int LONGEST_TEXT = 3000;
    private static final int LONGEST_FIELD = 2000;

    private final JsonMapper json;
    private final Links links;

    SlackMessage(JsonMapper json, Links links) {
        this.json = json;
        this.links = links;
    }

    /** The JSON body. */
    String of(Alert alert) {
        ObjectNode message = json.createObjectNode();
        // Shown in notifications, where blocks cannot be.
        message.put("text", cut(title(alert) + ": " + escape(alert.getSummary()), LONGEST_TEXT));
        ObjectNode attachment = message.putArray("attachments").addObject();
        attachment.put("color", colour(alert.getState()));
        ArrayNode blocks = attachment.putArray("blocks");
        header(blocks, title(alert));
        section(blocks, escape(alert.getSummary()));
        figures(blocks, alert);
        lists(blocks, AlertFigures.lists(alert));
        if (!alert.getSampleRequestIds().isEmpty()) {
            section(
                    blocks,
                    "*Some of the requests*\n"
                            + alert.getSampleRequestIds().stream()
                                    .map(SlackMessage::code)
                                    .collect(Collectors.joining("\n")));
        }
        if (!alert.getAlso().isEmpty()) {
            section(
                    blocks,
                    "*Also over the threshold*\n"
                            + alert.getAlso().stream()
                                    .map(SlackMessage::code)
                                    .collect(Collectors.joining(", ")));
        }
        if (!alert.getAction().isEmpty()) {
            section(blocks, "*What to do*\n" + escape(alert.getAction()));
        }
        footer(blocks, alert);
        return json.writeValueAsString(message);
    }

    /** Replaces the three characters that mean something to Slack in any text. */
    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String title(Alert alert) {
        return "%s: %s (%s)"
                .formatted(
                        alert.getState().name(),
                        cut(escape(alert.getKey()), 100),
                        alert.getSeverity().name().toLowerCase(Locale.ROOT));
    }

    private static String colour(AlertState state) {
        return switch (state) {
            case FIRED, ESCALATED -> RED;
            case RESOLVED -> GREEN;
            case UNKNOWN -> GREY;
        };
    }

    private static void header(ArrayNode blocks, String text) {
        blocks.addObject()
                .put("type", "header")
                .putObject("text")
                .put("type", "plain_text")
                .put("text", text);
    }

    private static void section(ArrayNode blocks, String text) {
        mrkdwn(
                blocks.addObject().put("type", "section").putObject("text"),
                cut(text, LONGEST_TEXT));
    }

    private static void figures(ArrayNode blocks, Alert alert) {
        ArrayNode fields = blocks.addObject().put("type", "section").putArray("fields");
        AlertFigures.figures(alert).forEach((name, value) -> field(fields, name, value));
    }

    private static void field(ArrayNode fields, String name, String value) {
        mrkdwn(fields.addObject(), cut("*%s*\n%s".formatted(name, escape(value)), LONGEST_FIELD));
    }

    private static void mrkdwn(ObjectNode node, String text) {
        node.put("type", "mrkdwn").put("text", text).put("verbatim", true);
    }

    private static void lists(ArrayNode blocks, Map<String, Map<String, Long>> lists) {
        lists.forEach((title, counts) ->
                section(
                        blocks,
                        "*%s*\n".formatted(title)
                                + counts.entrySet().stream()
                                        .map(entry -> code(entry.getKey()) + " " + entry.getValue())
                                        .collect(Collectors.joining("\n"))));
    }

    private void footer(ArrayNode blocks, Alert alert) {
        String links =
                this.links.of(alert).entrySet().stream()
                        .map(link -> "<%s|%s>".formatted(escape(link.getValue()), link.getKey()))
                        .collect(Collectors.joining("  ·  "));
        if (!links.isEmpty()) {
            section(blocks, links);
        }
    }

    private static String code(String text) {
        return "`" + escape(text).replace('`', '\'') + "`";
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }
}
