package io.stepfree.standalone.command;

import io.stepfree.standalone.client.GatewayClient;
import io.stepfree.standalone.machine.Home;
import io.stepfree.standalone.machine.RunFile;
import io.stepfree.standalone.printing.Ink;
import java.io.Console;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the command line runs.
 *
 * @param environment the environment variables
 * @param terminal whether a person sees the output at once
 * @param folder the current folder
 */
public record Surroundings(Map<String, String> environment, boolean terminal, Path folder) {

    /** The environment variable with the key of the HTTP API. */
    static final String KEY = "STEPFREE_API_KEY";

    private static final Set<String> OWN_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

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

    /**
     * A client of the gateway at that address, with the key that {@link #KEY} holds; without one,
     * with that of the data folder, if what is up there is what is at that address.
     */
    GatewayClient client(URI server) {
        var named = environment.get(KEY);
        return named != null && !named.isBlank()
                ? new GatewayClient(server, named.strip())
                : new GatewayClient(server, isOurs(server) ? home().key().orElse(null) : null);
    }

    /* The key of this machine is nobody else's business. */
    private boolean isOurs(URI server) {
        return RunFile.read(home())
                .filter(RunFile::alive)
                .filter(run ->
                        run.gateway().getPort() == server.getPort()
                                && OWN_NAMES.contains(String.valueOf(server.getHost())))
                .isPresent();
    }

    Ink ink() {
        return Ink.of(terminal, environment);
    }
}
