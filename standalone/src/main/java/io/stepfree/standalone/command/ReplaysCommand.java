package io.stepfree.standalone.command;

import io.stepfree.standalone.client.GatewayClient;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
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

/** Shows the replays of many, stops one, or has it go on. */
@Command(
        name = "replays",
        description = "Lists the newest replays of many, or shows, stops or resumes one.")
final class ReplaysCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private @Spec @Nullable CommandSpec spec;
    private @Mixin ServerOption server = new ServerOption();

    @Parameters(paramLabel = "ID", arity = "0..1", description = "The replay's id.")
    private @Nullable String id;

    @Option(
            names = "--stop",
            description = "Stop it after the dead letter under way; the rest stays dead.")
    private boolean stop;

    @Option(names = "--resume", description = "Have a stopped one go on.")
    private boolean resume;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.")
    private String reason = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many at most; ${DEFAULT-VALUE} when not given.")
    private int limit;

    @Option(names = "--json", description = "Print one JSON document instead of text.")
    private boolean json;

    ReplaysCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (stop && resume) {
            throw wrong("--stop and --resume cannot stand beside one another.");
        }
        if (id == null && (stop || resume)) {
            throw wrong("Name the replay to %s.".formatted(stop ? "stop" : "resume"));
        }
        try (var gateway = server.client(surroundings)) {
            if (id == null) {
                list(gateway);
            } else if (stop) {
                gateway.stopReplay(id, reason);
                told(id, "stop", "Replay %s is told to stop.");
            } else if (resume) {
                gateway.resumeReplay(id, reason);
                told(id, "resume", "Replay %s is told to go on.");
            } else {
                show(gateway, id);
            }
        }
        output().flush();
        return ExitCode.CLEAN;
    }

    private void told(String replayId, String order, String sentence) {
        if (json) {
            var document = new LinkedHashMap<String, String>();
            document.put("id", replayId);
            document.put("order", order);
            ReplayText.json(document, output());
        } else {
            output().println(sentence.formatted(replayId));
        }
    }

    private void list(GatewayClient gateway) {
        var replays = gateway.replays(limit);
        if (json) {
            ReplayText.json(Map.of("replays", replays), output());
        } else if (replays.isEmpty()) {
            output().println("No replays.");
        } else {
            replays.forEach(replay -> ReplayText.line(replay, output()));
        }
    }

    private void show(GatewayClient gateway, String replayId) {
        var replay = gateway.replayOfMany(replayId);
        if (json) {
            ReplayText.json(replay, output());
        } else {
            ReplayText.print(replay, output());
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence);
    }

    private PrintWriter output() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}
