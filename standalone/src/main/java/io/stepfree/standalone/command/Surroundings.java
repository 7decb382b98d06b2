package io.stepfree.standalone.command;

import io.stepfree.standalone.machine.Home;
import io.stepfree.standalone.printing.Ink;
import java.nio.file.Path;
import java.util.Map;

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
        var console = System.console();
        return new Surroundings(
                System.getenv(),
                console != null && console.isTerminal(),
                Path.of("").toAbsolutePath());
    }

    Home home() {
        return Home.of(environment);
    }

    Ink ink() {
        return Ink.of(terminal, environment);
    }
}
