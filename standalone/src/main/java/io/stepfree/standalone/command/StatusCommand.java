package io.stepfree.standalone.command;

import io.stepfree.standalone.client.PlatformStatus;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Shows how many scans there are in each state. */
@Command(
        name = "status",
        description =
                "Shows how many scans wait, run and have ended, and what waits for an operator.")
final class StatusCommand implements Callable<Integer> {

    private static final List<String> OPEN = List.of("accepted", "dispatched", "retrying");

    private final Surroundings surroundings;

    private @Spec @Nullable CommandSpec spec;
    private @Mixin ServerOption server = new ServerOption();

    @Option(names = "--json", description = "Print one JSON document instead of text.")
    private boolean json;

    StatusCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        var output = Objects.requireNonNull(spec).commandLine().getOut();
        try (var gateway = server.client(surroundings)) {
            var status = gateway.status();
            if (json) {
                output.println(
                        JsonMapper.builder()
                                .build()
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(status));
            } else {
                print(gateway.server(), status, output);
            }
        }
        output.flush();
        return ExitCode.CLEAN;
    }

    private static void print(URI server, PlatformStatus status, PrintWriter output) {
        var open = OPEN.stream().mapToLong(name -> status.scans().getOrDefault(name, 0L)).sum();
        output.println("Stepfree at " + server);
        output.println();
        line(output, "open", open);
        status.scans()
                .forEach((name, scans) ->
                        line(
                                output,
                                (OPEN.contains(name) ? "  " : "") + name.replace('_', '-'),
                                scans));
        output.println();
        line(output, "dead letters not replayed", status.deadLetters());
        line(output, "records that cannot be read", status.unreadable());
    }

    private static void line(PrintWriter output, String name, long number) {
        output.println("  %-29s %,8d".formatted(name, number));
    }
}
