package io.stepfree.standalone.command;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Orders that one be tried again. */
@Command(name = "replay", description = "Tries a dead scan again; it keeps its id.")
final class ReplayCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private @Spec @Nullable CommandSpec spec;
    private @Mixin ServerOption server = new ServerOption();

    @Parameters(paramLabel = "SCAN", description = "The scan's id.")
    private String scanId = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.")
    private String reason = "";

    ReplayCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        var output = Objects.requireNonNull(spec).commandLine().getOut();
        try (var gateway = server.client(surroundings.home())) {
            var order = gateway.replay(scanId, reason);
            output.println(
                    "The replay of scan %s is ordered (order %s).".formatted(scanId, order));
        }
        output.flush();
        return ExitCode.CLEAN;
    }
}
