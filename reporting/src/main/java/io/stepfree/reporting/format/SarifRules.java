package io.stepfree.reporting.format;

import io.stepfree.reporting.document.ReportDocument.Finding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * The rules that a report speaks of, in the order in which they first came up. An engine has a
 * hundred of them, so they may be kept until the end. For one thread.
 */
final class SarifRules {

    private final Map<String, Integer> places = new HashMap<>();
    private final List<Rule> rules = new ArrayList<>();

    private record Rule(
            String id,
            String impact,
            String help,
            String description,
            String helpUrl,
            List<String> tags) {}

    /** The place of a finding's rule among them. */
    int place(Finding finding) {
        return places.computeIfAbsent(
                finding.rule(),
                id -> {
                    rules.add(
                            new Rule(
                                    id,
                                    finding.impact(),
                                    finding.help(),
                                    finding.description(),
                                    finding.helpUrl(),
                                    finding.tags()));
                    return rules.size() - 1;
                });
    }

    void write(JsonGenerator json) {
        for (Rule rule : rules) {
            json.writeStartObject();
            json.writeStringProperty("id", rule.id());
            text(json, "shortDescription", rule.help());
            text(json, "fullDescription", rule.description());
            WebAddress.of(rule.helpUrl())
                    .ifPresent(url -> json.writeStringProperty("helpUri", url));
            text(json, "help", rule.help());
            json.writeObjectPropertyStart("defaultConfiguration");
            json.writeStringProperty("level", level(rule.impact()));
            json.writeEndObject();
            json.writeObjectPropertyStart("properties");
            json.writeArrayPropertyStart("tags");
            rule.tags().stream().distinct().forEach(json::writeString);
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private static void text(JsonGenerator json, String name, String text) {
        json.writeObjectPropertyStart(name);
        json.writeStringProperty("text", SarifText.of(text));
        json.writeEndObject();
    }

    /** How grave a violation of this impact is in the words of SARIF. */
    static String level(String impact) {
        return switch (impact) {
            case "critical", "serious" -> "error";
            case "minor" -> "note";
            default -> "warning";
        };
    }
}
