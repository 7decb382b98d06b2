package io.stepfree.standalone.command;

import io.stepfree.standalone.printing.Printable;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** How many dead letters there are, by state, failure and host. */
@Command(name = "stats", description = "Counts the dead letters by state, by failure and by host.")
final class DeadLetterStatsCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private @Spec @Nullable CommandSpec spec;
    private @Mixin ServerOption server = new ServerOption();

    @Option(names = "--json", description = "Print one JSON document instead of text.")
    private boolean json;

    DeadLetterStatsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        var output = Objects.requireNonNull(spec).commandLine().getOut();
        try (var gateway = server.client(surroundings)) {
            var stats = gateway.deadLetterStats();
            if (json) {
                output.println(stats.toPrettyString());
            } else {
                print(stats, output);
            }
        }
        output.flush();
        return ExitCode.CLEAN;
    }

    private static void print(JsonNode stats, PrintWriter output) {
        output.println(
                "%,d dead letters in %,d patterns; %,d died within the last hour, %,d within the last day."
                        .formatted(
                                stats.path("total").asLong(),
                                stats.path("patterns").asLong(),
                                stats.path("lastHour").asLong(),
                                stats.path("lastDay").asLong()));
        if (stats.has("oldest")) {
            output.println(
                    "The oldest died at %s, the newest at %s."
                            .formatted(text(stats.path("oldest")), text(stats.path("newest"))));
        }
        long secondLooks = stats.path("secondLooks").asLong();
        if (secondLooks > 0) {
            output.println(
                    "%,d of them %s, because something was new on a page; nobody submitted %s."
                            .formatted(
                                    secondLooks,
                                    secondLooks == 1 ? "is a second look" : "are second looks",
                                    secondLooks == 1 ? "it" : "them"));
        }
        counts("By state", stats.path("byState"), output);
        counts("By failure", stats.path("byType"), output);
        if (!stats.path("topHosts").isEmpty()) {
            output.println();
            output.println("Hosts with the most");
            for (var host : stats.path("topHosts")) {
                line(host.path("count").asLong(), text(host.path("name")), output);
            }
        }
        if (stats.path("unreadable").asLong() > 0) {
            output.println();
            output.println(
                    "%,d records could not be read; ./stepfree dead-letters list shows them."
                            .formatted(stats.path("unreadable").asLong()));
        }
    }

    private static void counts(String title, JsonNode counts, PrintWriter output) {
        if (!counts.isEmpty()) {
            output.println();
            output.println(title);
            for (var count : counts.properties()) {
                line(count.getValue().asLong(), Printable.line(count.getKey()), output);
            }
        }
    }

    private static void line(long count, String name, PrintWriter output) {
        output.println("%,9d  %s".formatted(count, name));
    }

    private static String text(JsonNode node) {
        return Printable.line(node.asString(""));
    }
}
