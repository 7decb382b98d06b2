package io.stepfree.standalone.command;

import io.stepfree.standalone.client.ActionView;
import io.stepfree.standalone.client.GatewayClient;
import io.stepfree.standalone.client.PurgeView;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Deletes dead letters for good, and waits until they are gone. */
@Command(
        name = "purge",
        description =
                "Deletes the dead letters that the options choose, for good; what a replay is about to hand on stays.")
final class PurgeCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Surroundings surroundings;
    private @Spec @Nullable CommandSpec spec;
    private @Mixin ServerOption server = new ServerOption();
    private @Mixin DeadLetterFilterOptions filter = new DeadLetterFilterOptions();

    @Option(names = "--all", description = "Every dead letter there is, in whatever state.")
    private boolean all;

    @Option(names = "--dry-run", description = "Only tell how many would go.")
    private boolean dryRun;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.")
    private String reason = "";

    @Option(names = "--json", description = "Print one JSON document instead of text.")
    private boolean json;

    PurgeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        requireSense();
        var output = Objects.requireNonNull(spec).commandLine().getOut();
        try (var gateway = server.client(surroundings)) {
            var purge = gateway.purge(document());
            Optional<ActionView> action =
                    purge.commandId() == null
                            ? Optional.empty()
                            : await(gateway, purge.commandId(), purge.matching());
            if (json) {
                output.println(document(purge, action).toPrettyString());
            } else {
                print(purge, action, output);
            }
        }
        output.flush();
        return ExitCode.CLEAN;
    }

    private void requireSense() {
        if (all && !filter.given().isEmpty()) {
            throw wrong("--all cannot stand beside a filter; leave one of them out.");
        }
        if (!all && filter.given().isEmpty()) {
            throw wrong(
                    "Choose dead letters with --type, --host, --client, --pattern, --engine, --state, --text, --from or --to, or say --all.");
        }
        if (!dryRun && reason.isBlank()) {
            throw wrong("--reason is missing; say why, for the records, or try --dry-run first.");
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence);
    }

    private ObjectNode document() {
        var document = JsonMapper.shared().createObjectNode();
        if (all) {
            document.put("all", true);
        } else {
            var chosen = document.putObject("filter");
            filter.given().forEach(chosen::put);
        }
        if (dryRun) {
            document.put("dryRun", true);
        }
        if (!reason.isEmpty()) {
            document.put("reason", reason);
        }
        return document;
    }

    /** How the order stands when it is over, or when nothing has gone for too long. */
    private Optional<ActionView> await(GatewayClient gateway, String commandId, long matching)
            throws InterruptedException {
        @Nullable ProgressBar bar =
                surroundings.terminal() ? TerminalBar.on(System.err, "Purging", matching) : null;
        try {
            var end = Instant.now().plus(PATIENCE);
            long purged = 0;
            while (true) {
                var action = gateway.action(commandId);
                long before = purged;
                purged = action.map(ActionView::affected).orElse(0L);
                if (purged > before) {
                    end = Instant.now().plus(PATIENCE);
                }
                if (bar != null) {
                    bar.stepTo(purged);
                }
                if (action.map(ActionView::outcome).isPresent() || Instant.now().isAfter(end)) {
                    return action;
                }
                Thread.sleep(PAUSE);
            }
        } finally {
            if (bar != null) {
                bar.close();
            }
        }
    }

    private static void print(PurgeView purge, Optional<ActionView> action, PrintWriter output) {
        if (purge.commandId() == null) {
            output.println(
                    purge.matching() == 0
                            ? "Nothing is there to purge."
                            : "%s would be purged; they died from %s to %s."
                                    .formatted(
                                            letters(purge.matching()),
                                            purge.oldest(),
                                            purge.newest()));
        } else if (action.map(ActionView::outcome).isPresent()) {
            output.println(
                    "%s purged (order %s)."
                            .formatted(
                                    letters(action.orElseThrow().affected()), purge.commandId()));
        } else {
            output.println(
                    "The purge of %s is ordered and goes on (order %s); %s purged so far."
                            .formatted(
                                    letters(purge.matching()),
                                    purge.commandId(),
                                    letters(action.map(ActionView::affected).orElse(0L))));
        }
        if (purge.beingReplayed() > 0) {
            output.println(
                    "%s stay, because a replay is about to hand them on."
                            .formatted(letters(purge.beingReplayed())));
        }
    }

    private static ObjectNode document(PurgeView purge, Optional<ActionView> action) {
        ObjectNode document = JsonMapper.shared().valueToTree(purge);
        action.ifPresent(present ->
                document.put("outcome", present.outcome()).put("purged", present.affected()));
        return document;
    }

    private static String letters(long count) {
        return count == 1 ? "1 dead letter" : "%,d dead letters".formatted(count);
    }
}
