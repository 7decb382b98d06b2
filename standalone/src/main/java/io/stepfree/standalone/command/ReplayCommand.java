package io.stepfree.standalone.command;

import io.stepfree.standalone.client.GatewayClient;
import io.stepfree.standalone.client.ReplayRound;
import io.stepfree.standalone.client.ReplayView;
import io.stepfree.standalone.printing.Printable;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Orders that dead scans be tried again: one by its id, or many by a filter or a span. */
@Command(
        name = "replay",
        description = {
            "Tries dead scans again; each keeps its id.",
            "Either one, by its id, or all that the options choose. Of many the command shows how they go on until all have ended; a replay goes on by itself when the command is interrupted."
        })
final class ReplayCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private @Spec @Nullable CommandSpec spec;
    private @Mixin ServerOption server = new ServerOption();
    private @Mixin ReplayOptions options = new ReplayOptions();

    @Parameters(paramLabel = "SCAN", arity = "0..1", description = "The scan's id.")
    private @Nullable String scanId;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.")
    private String reason = "";

    @Option(names = "--json", description = "Print one JSON document instead of text.")
    private boolean json;

    @Option(
            names = "--no-wait",
            description = "Of many: do not wait for the end, only print the replay's id.")
    private boolean noWait;

    ReplayCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        requireSense();
        try (var gateway = server.client(surroundings)) {
            return scanId != null ? replayOne(gateway, scanId) : replayMany(gateway);
        }
    }

    private void requireSense() {
        if (scanId != null && options.any()) {
            throw wrong(
                    "A scan's id cannot stand beside options that choose many; leave one of them out.");
        }
        if (scanId == null && !options.choose()) {
            throw wrong(
                    "Name a scan, or choose dead letters with --all, --type, --host, --client, --pattern, --engine, --text, --from, --to, --offsets, --written-from or --written-before.");
        }
        var contradiction = options.contradiction();
        if (contradiction != null) {
            throw wrong(contradiction);
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence);
    }

    private int replayOne(GatewayClient gateway, String scan) {
        var order = gateway.replay(scan, reason);
        if (json) {
            output().println(
                            JsonMapper.shared()
                                    .createObjectNode()
                                    .put("commandId", order)
                                    .put("scanId", scan)
                                    .toPrettyString());
        } else {
            output().println(
                            "The replay of scan %1$s is ordered as %2$s; GET /admin/dlq/actions/%2$s tells what came of it."
                                    .formatted(Printable.line(scan), order));
        }
        output().flush();
        return ExitCode.CLEAN;
    }

    private int replayMany(GatewayClient gateway) throws InterruptedException {
        var id = gateway.replayMany(options.document(reason));
        if (noWait) {
            output().println(
                            json
                                    ? JsonMapper.shared()
                                            .createObjectNode()
                                            .put("id", id)
                                            .toPrettyString()
                                    : "Replay %s is ordered.".formatted(id));
            output().flush();
            return ExitCode.CLEAN;
        }
        var ended = await(gateway, id);
        if (json) {
            ReplayText.json(ended, output());
        } else {
            ReplayText.print(ended, output());
        }
        output().flush();
        return exitCode(ended);
    }

    private ReplayView await(GatewayClient gateway, String id) throws InterruptedException {
        err().println("Replay %s is ordered.".formatted(id));
        err().flush();
        var interrupted = new Thread(() -> tellThatItGoesOn(id));
        Runtime.getRuntime().addShutdownHook(interrupted);
        try (var display = ReplayDisplay.of(surroundings.terminal(), err())) {
            return new ReplayRound(gateway, id).await(display::show, display::stillWaiting);
        } finally {
            forget(interrupted);
        }
    }

    private void tellThatItGoesOn(String id) {
        err().println();
        err().println(
                        "The replay goes on by itself. ./stepfree dead-letters replays %s shows it, and with --stop ends it."
                                .formatted(id));
        err().flush();
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // Going down: the hook has its say.
        }
    }

    /** That of a replay that no longer goes on: what died again was not scanned. */
    static int exitCode(ReplayView replay) {
        return switch (replay.state()) {
            case "failed" -> ExitCode.USAGE;
            case "stopped" -> ExitCode.NOT_SCANNED;
            default ->
                    replay.diedAgain() > 0 || replay.underWay() > 0
                            ? ExitCode.NOT_SCANNED
                            : ExitCode.CLEAN;
        };
    }

    private PrintWriter output() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
