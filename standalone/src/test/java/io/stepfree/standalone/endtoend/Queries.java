package io.stepfree.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The queries of the rules and dashboards in {@code monitoring}, as far as names go. */
final class Queries {

    private static final Path MONITORING =
            Path.of(Objects.requireNonNull(System.getProperty("stepfree.root")), "monitoring");
    private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern MATCHERS = Pattern.compile("\\{([^}]*)}");
    private static final Pattern GROUPING =
            Pattern.compile(
                    "\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern SPAN = Pattern.compile("\\[[^\\]]*]|\\boffset\\s+\\w+");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_]\\w*");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool");

    /**
     * One query.
     *
     * @param where what it is of, for messages
     */
    record Query(String where, String text) {

        /** The names of the series it asks for. */
        Set<String> series() {
            String rest = TEXT.matcher(text).replaceAll("");
            rest = MATCHERS.matcher(rest).replaceAll(" ");
            rest = GROUPING.matcher(rest).replaceAll(" ");
            rest = SPAN.matcher(rest).replaceAll(" ");
            var names = new HashSet<String>();
            Matcher name = NAME.matcher(rest);
            while (name.find()) {
                boolean called = rest.substring(name.end()).stripLeading().startsWith("(");
                boolean number =
                        name.start() > 0 && Character.isDigit(rest.charAt(name.start() - 1));
                if (!called && !number && !WORDS.contains(name.group())) {
                    names.add(name.group());
                }
            }
            // Aggregations may have their grouping between them and their bracket.
            names.removeAll(Set.of("sum", "min", "max", "count", "topk"));
            return names;
        }

        /** The names of the labels it matches and groups by. */
        Set<String> labels() {
            var labels = new HashSet<String>();
            String rest = TEXT.matcher(text).replaceAll("");
            for (Pattern part : List.of(MATCHERS, GROUPING)) {
                Matcher found = part.matcher(rest);
                while (found.find()) {
                    Matcher label = LABEL.matcher(found.group(1));
                    while (label.find()) {
                        labels.add(label.group());
                    }
                }
            }
            return labels;
        }
    }

    private Queries() {}

    /** Of the rules that record, by the names they give. */
    static Set<String> recorded() throws IOException {
        var names = new HashSet<String>();
        eachRule(rule -> {
            if (rule.containsKey("record")) {
                names.add(Objects.requireNonNull(rule.get("record")).toString());
            }
        });
        return names;
    }

    /** Of all rules and all panels. */
    static List<Query> all() throws IOException {
        var queries = new ArrayList<Query>();
        eachRule(rule ->
                queries.add(
                        new Query(
                                Objects.requireNonNullElse(rule.get("alert"), rule.get("record"))
                                        .toString(),
                                Objects.requireNonNull(rule.get("expr")).toString())));
        try (Stream<Path> dashboards = Files.list(MONITORING.resolve("grafana/dashboards"))) {
            for (Path dashboard : dashboards.sorted().toList()) {
                JsonNode read = JsonMapper.shared().readTree(Files.readString(dashboard));
                for (JsonNode panel : read.path("panels")) {
                    String where =
                            "%s: %s"
                                    .formatted(
                                            dashboard.getFileName(),
                                            panel.path("title").asString());
                    assertThat(panel.path("targets").isEmpty()).as(where).isFalse();
                    for (JsonNode target : panel.path("targets")) {
                        queries.add(new Query(where, target.path("expr").asString()));
                    }
                }
                for (JsonNode annotation : read.path("annotations").path("list")) {
                    if (annotation.has("expr")) {
                        queries.add(
                                new Query(
                                        dashboard.getFileName() + ", annotations",
                                        annotation.path("expr").asString()));
                    }
                }
            }
        }
        return queries;
    }

    private interface RuleReader {
        void read(Map<?, ?> rule);
    }

    private static void eachRule(RuleReader reader) throws IOException {
        for (String file : List.of("recording.yaml", "alerts.yaml")) {
            Map<String, List<Map<String, List<Map<?, ?>>>>> read =
                    new Yaml()
                            .load(Files.readString(MONITORING.resolve("prometheus/rules/" + file)));
            Objects.requireNonNull(read.get("groups"))
                    .forEach(group ->
                            Objects.requireNonNull(group.get("rules")).forEach(reader::read));
        }
    }
}
