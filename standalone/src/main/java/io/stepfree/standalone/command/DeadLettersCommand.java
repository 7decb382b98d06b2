package io.stepfree.standalone.command;

import io.stepfree.standalone.client.DeadLetterView;
import io.stepfree.standalone.client.UnreadableView;
import io.stepfree.standalone.printing.Printable;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The scans that failed for good: what they are, what they have in common, and another try. */
@Command(
        name = "dead-letters",
        description = "Lists, explains, replays and deletes scans that failed for good.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n")
final class DeadLettersCommand implements Runnable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LONGEST_CELL = 100;

    private @Spec @Nullable CommandSpec spec;

    private DeadLettersCommand() {}

    static CommandLine in(Surroundings surroundings) {
        return new CommandLine(new DeadLettersCommand())
                .addSubcommand(new ListCommand(surroundings))
                .addSubcommand(new ShowCommand(surroundings))
                .addSubcommand(new DeadLetterStatsCommand(surroundings))
                .addSubcommand(new DeadLetterPatternsCommand(surroundings))
                .addSubcommand(new ReplayCommand(surroundings))
                .addSubcommand(new ReplaysCommand(surroundings))
                .addSubcommand(new JudgeCommand.Quarantine(surroundings))
                .addSubcommand(new JudgeCommand.Release(surroundings))
                .addSubcommand(new JudgeCommand.Discard(surroundings))
                .addSubcommand(new PurgeCommand(surroundings));
    }

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "A command is missing.");
    }

    /** Lists them, newest first, and the records that could not even be read. */
    @Command(
            name = "list",
            description =
                    "Lists dead letters, newest first; without a filter also the newest records that could not be read.")
    static final class ListCommand implements Callable<Integer> {

        private final Surroundings surroundings;
        private @Spec @Nullable CommandSpec spec;
        private @Mixin ServerOption server = new ServerOption();

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "20",
                description = "How many at most; ${DEFAULT-VALUE} when not given.")
        private int limit;

        private @Mixin DeadLetterFilterOptions filter = new DeadLetterFilterOptions();

        @Option(
                names = "--cursor",
                paramLabel = "WORD",
                description = "Go on after the page that ended with this word.")
        private @Nullable String cursor;

        @Option(names = "--json", description = "Print one JSON document instead of text.")
        private boolean json;

        ListCommand(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            var output = Objects.requireNonNull(spec).commandLine().getOut();
            var query = filter.given();
            boolean unreadableToo = query.isEmpty() && cursor == null;
            query.put("limit", Integer.toString(limit));
            if (cursor != null) {
                query.put("cursor", cursor);
            }
            try (var gateway = server.client(surroundings)) {
                var page = gateway.deadLetters(query);
                var unreadable =
                        unreadableToo ? gateway.unreadable(limit) : List.<UnreadableView>of();
                if (json) {
                    var document = JSON.createObjectNode();
                    document.set("deadLetters", JSON.valueToTree(page.items()));
                    document.put("next", page.next());
                    document.set("unreadable", JSON.valueToTree(unreadable));
                    output.println(pretty(document));
                } else {
                    print(page.items(), unreadable, output);
                    if (page.next() != null) {
                        output.println();
                        output.println("There are more; go on with --cursor " + page.next());
                    }
                }
            }
            output.flush();
            return ExitCode.CLEAN;
        }

        private static void print(
                List<DeadLetterView> dead, List<UnreadableView> unreadable, PrintWriter output) {
            if (dead.isEmpty()) {
                output.println("No dead letters.");
            }
            for (var letter : dead) {
                output.println(
                        "%s  %s  %-11s  %s, %s"
                                .formatted(
                                        letter.scanId(),
                                        letter.diedAt(),
                                        letter.state(),
                                        kind(letter),
                                        attempts(letter)));
                output.println("    " + Printable.line(letter.url(), LONGEST_CELL));
                output.println("    " + Printable.line(letter.message(), LONGEST_CELL));
                if (letter.secondLookOf() != null) {
                    output.println("    " + Printable.line(secondLook(letter), LONGEST_CELL));
                }
            }
            if (!unreadable.isEmpty()) {
                output.println();
                output.println("Records that could not be read, kept as they came:");
                for (var record : unreadable) {
                    output.println(
                            "%d  %s  %s partition %d offset %d, %d bytes"
                                    .formatted(
                                            record.id(),
                                            record.keptAt(),
                                            record.position().topic(),
                                            record.position().partition(),
                                            record.position().offset(),
                                            record.sizeBytes()));
                    output.println("    " + Printable.line(record.error(), LONGEST_CELL));
                }
            }
        }
    }

    /** Shows one with every attempt's failure. */
    @Command(name = "show", description = "Shows one dead letter with every attempt's failure.")
    static final class ShowCommand implements Callable<Integer> {

        private final Surroundings surroundings;
        private @Spec @Nullable CommandSpec spec;
        private @Mixin ServerOption server = new ServerOption();

        @Parameters(paramLabel = "SCAN", description = "The scan's id.")
        private String scanId = "";

        @Option(names = "--json", description = "Print one JSON document instead of text.")
        private boolean json;

        ShowCommand(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            var output = Objects.requireNonNull(spec).commandLine().getOut();
            try (var gateway = server.client(surroundings)) {
                var letter = gateway.deadLetter(scanId);
                if (json) {
                    output.println(pretty(JSON.valueToTree(letter)));
                } else {
                    print(letter, output);
                }
            }
            output.flush();
            return ExitCode.CLEAN;
        }

        private static void print(DeadLetterView letter, PrintWriter output) {
            line(output, "Scan", letter.scanId());
            line(output, "Page", letter.url());
            line(output, "Request", letter.requestId());
            if (letter.secondLookOf() != null) {
                line(output, "Again", secondLook(letter));
            }
            line(output, "State", letter.state());
            var change = letter.stateChange();
            if (change != null) {
                line(
                        output,
                        "Word",
                        "%s at %s: %s".formatted(change.by(), change.at(), change.reason()));
            }
            if (letter.pattern() != null) {
                line(output, "Pattern", letter.pattern().id() + "  " + letter.pattern().text());
            }
            if (letter.engine() != null) {
                line(output, "Engine", letter.engine());
            }
            line(output, "Died", letter.diedAt().toString());
            line(output, "Cause", letter.cause().replace('_', ' '));
            line(output, "Attempts", Integer.toString(letter.attempts()));
            line(output, "Replays", Integer.toString(letter.replays()));
            var next = letter.nextLife();
            if (next != null) {
                line(
                        output,
                        "Replayed",
                        "by %s, %s"
                                .formatted(
                                        next.replayId(),
                                        next.end() == null
                                                ? "not ended yet"
                                                : next.end() + " at " + next.endedAt()));
            }
            line(output, "Failure", kind(letter) + ": " + letter.message());
            if (letter.record() != null) {
                output.println();
                printFailures(letter.record().path("failures"), output);
            }
            if (letter.earlierLives() != null) {
                for (var life : letter.earlierLives()) {
                    output.println();
                    output.println(
                            "Died before, at %s, on %s partition %s offset %s, and was replayed by %s:"
                                    .formatted(
                                            text(life.path("diedAt")),
                                            text(life.at("/position/topic")),
                                            text(life.at("/position/partition")),
                                            text(life.at("/position/offset")),
                                            text(life.at("/nextLife/replayId"))));
                    printFailures(life.path("failures"), output);
                }
            }
        }

        private static void printFailures(JsonNode failures, PrintWriter output) {
            for (var failure : failures) {
                output.println(
                        "  attempt %s  %s  %s  %s"
                                .formatted(
                                        text(failure.path("attempt")),
                                        text(failure.path("failedAt")),
                                        text(failure.path("type")),
                                        worker(failure)));
                output.println("    " + text(failure.path("message")));
            }
        }

        private static String worker(JsonNode failure) {
            String worker = text(failure.path("worker"));
            return worker.isEmpty() ? "no worker answered" : "on " + worker;
        }

        private static String text(JsonNode node) {
            return Printable.line(node.asString(""));
        }

        private static void line(PrintWriter output, String name, String value) {
            output.println("%-9s %s".formatted(name, Printable.line(value)));
        }
    }

    private static String secondLook(DeadLetterView letter) {
        return "the second look of scan " + letter.secondLookOf();
    }

    private static String kind(DeadLetterView letter) {
        var type = Printable.line(letter.failureType()).toLowerCase(Locale.ROOT);
        return letter.httpStatus() == null ? type : type + " " + letter.httpStatus();
    }

    private static String attempts(DeadLetterView letter) {
        return letter.attempts() == 1 ? "1 attempt" : letter.attempts() + " attempts";
    }

    private static String pretty(JsonNode document) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    }
}
