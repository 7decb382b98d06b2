package io.stepfree.standalone.command;

import io.stepfree.standalone.client.ReplayView;
import io.stepfree.standalone.printing.Printable;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Prints replays of many, for people or as JSON. */
final class ReplayText {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LONGEST_CELL = 100;

    private ReplayText() {}

    static void json(Object document, PrintWriter output) {
        output.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document));
    }

    /** One line of a list, and a second one with the sentence of its end. */
    static void line(ReplayView replay, PrintWriter output) {
        output.println(
                "%s  %s  %s"
                        .formatted(
                                replay.id(),
                                replay.orderedAt(),
                                Printable.line(replay.standing())));
        if (replay.ending() != null) {
            output.println("    " + Printable.line(replay.ending(), LONGEST_CELL));
        }
    }

    static void print(ReplayView replay, PrintWriter output) {
        field(output, "Replay", replay.id());
        field(output, "State", replay.state().replace('_', ' '));
        field(output, "Ordered", replay.orderedAt() + " by " + replay.orderedBy());
        field(output, "Why", replay.reason().isEmpty() ? null : replay.reason());
        field(output, "Plan", replay.plan() == null ? null : replay.plan().toString());
        field(output, "Numbers", replay.standing());
        if (replay.canary() != null) {
            field(
                    output,
                    "Canary",
                    "%s went first, %s"
                            .formatted(
                                    replay.canary().path("size").asString("0"),
                                    replay.canary().path("verdict").asString("not yet judged")));
        }
        if (replay.steps() != null) {
            for (var step : replay.steps()) {
                field(
                        output,
                        step.path("kind").asString("").equals("resumed") ? "Resumed" : "Stopped",
                        "%s by %s: %s"
                                .formatted(
                                        step.path("at").asString(""),
                                        step.path("by").asString(""),
                                        step.path("reason").asString("")));
            }
        }
        if (replay.sample() != null) {
            for (var letter : replay.sample()) {
                output.println(
                        "  %s  %s  %s"
                                .formatted(
                                        letter.path("scanId").asString(""),
                                        Printable.line(letter.path("failureType").asString("")),
                                        Printable.line(
                                                letter.path("url").asString(""), LONGEST_CELL)));
            }
        }
        if (replay.ending() != null) {
            output.println(Printable.line(replay.ending()));
        }
    }

    private static void field(PrintWriter output, String name, @Nullable String value) {
        if (value != null) {
            output.println("%-9s %s".formatted(name, Printable.line(value)));
        }
    }
}
