package io.stepfree.standalone.command;

import io.stepfree.standalone.printing.Printable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** What dead letters have in common, and what to do about it. */
@Command(
        name = "patterns",
        description =
                "Groups the dead letters by what they died of, those with the most first, and says what to do about each.")
final class DeadLetterPatternsCommand implements Callable<Integer> {

    private static final int LONGEST_LINE = 160;

    private final Surroundings surroundings;
    private @Spec @Nullable CommandSpec spec;
    private @Mixin ServerOption server = new ServerOption();
    private @Mixin DeadLetterFilterOptions filter = new DeadLetterFilterOptions();

    @Option(
            names = "--by",
            paramLabel = "PART",
            split = ",",
            description =
                    "Tell those apart that differ in this, too: host, client or engine, or several with commas between.")
    private List<String> by = new ArrayList<>();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many at most; ${DEFAULT-VALUE} when not given.")
    private int limit;

    @Option(names = "--json", description = "Print one JSON document instead of text.")
    private boolean json;

    DeadLetterPatternsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        var output = Objects.requireNonNull(spec).commandLine().getOut();
        var query = filter.given();
        query.put("limit", Integer.toString(limit));
        if (!by.isEmpty()) {
            query.put("by", String.join(",", by));
        }
        try (var gateway = server.client(surroundings)) {
            var patterns = gateway.deadLetterPatterns(query);
            if (json) {
                output.println(patterns.toPrettyString());
            } else {
                print(patterns.path("items"), output);
            }
        }
        output.flush();
        return ExitCode.CLEAN;
    }

    private static void print(JsonNode patterns, PrintWriter output) {
        if (patterns.isEmpty()) {
            output.println("No dead letters.");
        }
        boolean first = true;
        for (var pattern : patterns) {
            if (!first) {
                output.println();
            }
            first = false;
            var status = pattern.path("httpStatus");
            output.println(
                    "%s  %,d times, %,d of them dead  %s%s"
                            .formatted(
                                    text(pattern.path("id")),
                                    pattern.path("count").asLong(),
                                    pattern.path("dead").asLong(),
                                    text(pattern.path("failureType")),
                                    status.isMissingNode() ? "" : " " + status.asInt()));
            output.println("    " + Printable.line(text(pattern.path("pattern")), LONGEST_LINE));
            for (var part : pattern.path("by").properties()) {
                output.println(
                        "    %s: %s"
                                .formatted(Printable.line(part.getKey()), text(part.getValue())));
            }
            output.println(
                    "    %s: %,d in the last hour, %,d in the hour before; first %s, last %s"
                            .formatted(
                                    text(pattern.at("/trend/direction")),
                                    pattern.at("/trend/lastHour").asLong(),
                                    pattern.at("/trend/hourBefore").asLong(),
                                    text(pattern.path("firstSeen")),
                                    text(pattern.path("lastSeen"))));
            concerned("hosts", pattern.path("hosts"), output);
            concerned("clients", pattern.path("clients"), output);
            concerned("engines", pattern.path("engines"), output);
            output.println(
                    "    example: %s  %s"
                            .formatted(
                                    text(pattern.at("/example/scanId")),
                                    Printable.line(
                                            text(pattern.at("/example/url")), LONGEST_LINE)));
            output.println("    " + text(pattern.at("/advice/text")));
        }
    }

    private static void concerned(String what, JsonNode concerned, PrintWriter output) {
        if (concerned.path("top").isEmpty()) {
            return;
        }
        var top =
                StreamSupport.stream(concerned.path("top").spliterator(), false)
                        .map(share ->
                                "%s (%,d)"
                                        .formatted(
                                                text(share.path("name")),
                                                share.path("count").asLong()))
                        .collect(Collectors.joining(", "));
        long more = concerned.path("distinct").asLong() - concerned.path("top").size();
        output.println(
                "    %s: %s%s"
                        .formatted(what, top, more > 0 ? " and %,d more".formatted(more) : ""));
    }

    private static String text(JsonNode node) {
        return Printable.line(node.asString(""));
    }
}
