package io.stepfree.standalone.command;

import io.stepfree.standalone.client.GatewayClient;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that asks the gateway, prints what it says, and is done. */
abstract class AskingCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private @Spec @Nullable CommandSpec spec;
    private @Mixin ServerOption server = new ServerOption();

    AskingCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    abstract void ask(GatewayClient gateway, PrintWriter output);

    @Override
    public Integer call() {
        PrintWriter output = Objects.requireNonNull(spec).commandLine().getOut();
        try (var gateway = server.client(surroundings)) {
            ask(gateway, output);
        }
        output.flush();
        return ExitCode.CLEAN;
    }
}
