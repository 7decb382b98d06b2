package io.stepfree.standalone.command;

import io.stepfree.standalone.machine.Home;
import io.stepfree.standalone.printing.Ink;
import java.io.Console;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the command line runs.
 *
 * @param environment the environment variables
 * @param terminal whether a person sees the output at once
 * @param folder the current folder
 */
public record Surroundings(Map<String, String> environment, boolean terminal, Path folder) {

    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Those of this process. */
    public static Surroundings ofProcess() {
        return new Surroundings(
                System.getenv(),
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false),
                Path.of("").toAbsolutePath());
    }

    Home home() {
        return Home.of(environment);
    }

    Ink ink() {
        return Ink.of(terminal, environment);
    }
}
