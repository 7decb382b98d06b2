package io.stepfree.standalone.command;

import io.stepfree.standalone.client.GatewayClient;
import io.stepfree.standalone.client.RefusedException;
import io.stepfree.standalone.client.UnreachableException;
import io.stepfree.standalone.printing.DashboardText;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows how the whole stands, again and again. */
@Command(
        name = "watch",
        description = {
            "Shows queue, workers, health, open incidents and silences, again and again until Ctrl-C.",
            "",
            "On a terminal it refreshes in place; elsewhere it prints a line each time."
        })
final class WatchCommand implements Callable<Integer> {

    /** To the upper left corner, and clear from there on (ECMA-48 CUP and ED). */
    private static final String BEGIN = "\u001b[H\u001b[J";

    private final Surroundings surroundings;

    private @Spec @Nullable CommandSpec spec;
    private @Mixin ServerOption server = new ServerOption();

    @Option(
            names = "--every",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "How often, in whole seconds; ${DEFAULT-VALUE} when not given.")
    private int every;

    @Option(
            names = "--times",
            paramLabel = "N",
            description = "How many times; without end when not given.")
    private @Nullable Integer times;

    WatchCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        CommandSpec known = Objects.requireNonNull(spec);
        if (every < 1 || every > 3_600) {
            throw new ParameterException(
                    known.commandLine(), "--every %d is not between 1 and 3600.".formatted(every));
        }
        if (times != null && times < 1) {
            throw new ParameterException(
                    known.commandLine(), "--times %d is below 1.".formatted(times));
        }
        PrintWriter output = known.commandLine().getOut();
        var text = new DashboardText(surroundings.ink(), ZoneId.systemDefault());
        int last = ExitCode.CLEAN;
        try (var gateway = server.client(surroundings)) {
            for (int look = 0; times == null || look < times; look++) {
                if (look > 0) {
                    Thread.sleep(Duration.ofSeconds(every));
                }
                last = show(gateway, text, output);
            }
        }
        return last;
    }

    /* A gateway that is away may come back: whoever watches wants to see that. */
    private int show(GatewayClient gateway, DashboardText text, PrintWriter output) {
        List<String> lines;
        int code = ExitCode.CLEAN;
        try {
            var dashboard = gateway.dashboard();
            lines =
                    surroundings.terminal()
                            ? text.screen(gateway.server(), dashboard)
                            : List.of(text.line(dashboard));
        } catch (UnreachableException | RefusedException e) {
            lines = List.of(String.valueOf(e.getMessage()));
            code = ExitCode.INFRASTRUCTURE;
        }
        if (surroundings.terminal()) {
            output.print(BEGIN);
        }
        lines.forEach(output::println);
        output.flush();
        return code;
    }
}
