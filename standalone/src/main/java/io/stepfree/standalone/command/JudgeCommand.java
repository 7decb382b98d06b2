package io.stepfree.standalone.command;

import io.stepfree.standalone.printing.Printable;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Says what is to become of one dead letter: the command's name is the order. */
abstract sealed class JudgeCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private @Spec @Nullable CommandSpec spec;
    private @Mixin ServerOption server = new ServerOption();

    @Parameters(paramLabel = "SCAN", description = "The scan's id.")
    private String scanId = "";

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Why, for the records.")
    private String reason = "";

    @Option(names = "--json", description = "Print one JSON document instead of text.")
    private boolean json;

    private JudgeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Keeps replays away from it. */
    @Command(
            name = "quarantine",
            description = "Keeps a dead letter, but lets no replay take it until it is released.")
    static final class Quarantine extends JudgeCommand {
        Quarantine(Surroundings surroundings) {
            super(surroundings);
        }
    }

    /** Ends a quarantine. */
    @Command(
            name = "release",
            description = "Lets replays take a dead letter that was quarantined or discarded.")
    static final class Release extends JudgeCommand {
        Release(Surroundings surroundings) {
            super(surroundings);
        }
    }

    /** Says that it needs no replay. */
    @Command(
            name = "discard",
            description =
                    "Says that a dead letter needs no replay; it is shown until its time is over.")
    static final class Discard extends JudgeCommand {
        Discard(Surroundings surroundings) {
            super(surroundings);
        }
    }

    @Override
    public Integer call() {
        var command = Objects.requireNonNull(spec);
        var output = command.commandLine().getOut();
        try (var gateway = server.client(surroundings)) {
            var order = gateway.judge(scanId, command.name(), reason);
            output.println(
                    json
                            ? JsonMapper.shared()
                                    .createObjectNode()
                                    .put("commandId", order)
                                    .put("scanId", scanId)
                                    .toPrettyString()
                            : "The %1$s of scan %2$s is ordered as %3$s; GET /admin/dlq/actions/%3$s tells what came of it."
                                    .formatted(command.name(), Printable.line(scanId), order));
        }
        output.flush();
        return ExitCode.CLEAN;
    }
}
