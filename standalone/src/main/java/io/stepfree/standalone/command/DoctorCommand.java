package io.stepfree.standalone.command;

import io.stepfree.standalone.client.GatewayClient;
import io.stepfree.standalone.client.RefusedException;
import io.stepfree.standalone.client.UnreachableException;
import io.stepfree.standalone.command.Check.Result;
import io.stepfree.standalone.machine.Home;
import io.stepfree.standalone.machine.MachineException;
import io.stepfree.standalone.printing.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** Looks at everything and names what is wrong, each with its cure. */
@Command(
        name = "doctor",
        description = "Looks at everything and names what is wrong, each with its cure.",
        footerHeading = "%nExit codes of this command:%n",
        footer = {
            "  0   nothing is wrong",
            "  1   something is not as it should be",
            "  3   no scan gets done before something is mended"
        })
final class DoctorCommand implements Callable<Integer> {

    private static final int DOUBTFUL = 1;
    private static final long LITTLE = 1L << 30;

    private final Surroundings surroundings;

    private @Spec @Nullable CommandSpec spec;
    private @Mixin ServerOption server = new ServerOption();

    @Option(names = "--json", description = "Print one JSON document instead of text.")
    private boolean json;

    DoctorCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        PrintWriter output = Objects.requireNonNull(spec).commandLine().getOut();
        var checks = new ArrayList<Check>();
        checks.add(folder(surroundings.home()));
        checks.addAll(platform());
        if (json) {
            output.println(JsonMapper.shared().valueToTree(checks).toPrettyString());
        } else {
            checks.forEach(check -> print(check, output));
        }
        output.flush();
        Result worst = checks.stream().map(Check::result).max(Enum::compareTo).orElse(Result.WELL);
        return switch (worst) {
            case WELL -> ExitCode.CLEAN;
            case DOUBTFUL -> DOUBTFUL;
            case ILL -> ExitCode.INFRASTRUCTURE;
        };
    }

    private List<Check> platform() {
        GatewayClient client;
        try {
            client = server.client(surroundings);
        } catch (MachineException e) {
            return List.of(
                    new Check(
                            "gateway",
                            Result.ILL,
                            "No stepfree is up in %s.".formatted(surroundings.home().folder()),
                            "Start one with ./stepfree up, or name one with --server."));
        }
        try (client) {
            var checks = new ArrayList<Check>();
            var dashboard = client.dashboard();
            checks.add(Check.well("gateway", "It answers at %s.".formatted(client.server())));
            checks.addAll(Diagnosis.of(dashboard));
            return checks;
        } catch (UnreachableException | RefusedException e) {
            return List.of(
                    new Check(
                            "gateway",
                            Result.ILL,
                            String.valueOf(e.getMessage()),
                            "See that it runs, and that the address is right."));
        }
    }

    /** Of this machine; a machine that is only asked needs no folder. */
    private static Check folder(Home home) {
        Path there = home.folder();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        if (!Files.isWritable(there)) {
            return new Check(
                    "data folder",
                    Result.DOUBTFUL,
                    "%s cannot be written.".formatted(there),
                    "Name another folder in %s, or change its owner.".formatted(Home.VARIABLE));
        }
        try {
            long free = Files.getFileStore(there).getUsableSpace();
            String text = "%s: %,d MB are free.".formatted(home.folder(), free >> 20);
            return free < LITTLE
                    ? new Check(
                            "data folder",
                            Result.DOUBTFUL,
                            text,
                            "Make room, or name a folder on another disk in %s."
                                    .formatted(Home.VARIABLE))
                    : Check.well("data folder", text);
        } catch (IOException e) {
            return new Check(
                    "data folder",
                    Result.DOUBTFUL,
                    "%s cannot be looked at (%s).".formatted(there, e.getMessage()),
                    "Name another folder in %s.".formatted(Home.VARIABLE));
        }
    }

    private static void print(Check check, PrintWriter output) {
        String sign =
                switch (check.result()) {
                    case WELL -> "ok  ";
                    case DOUBTFUL -> "warn";
                    case ILL -> "FAIL";
                };
        output.println(
                "%s  %-16s %s"
                        .formatted(
                                sign,
                                Printable.line(check.name()),
                                Printable.line(check.detail())));
        if (!check.cure().isEmpty()) {
            output.println("      %-16s -> %s".formatted("", Printable.line(check.cure())));
        }
    }
}
