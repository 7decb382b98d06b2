package io.stepfree.standalone.command;

import io.stepfree.standalone.client.GatewayClient;
import io.stepfree.standalone.machine.Logs;
import io.stepfree.standalone.machine.MachineException;
import io.stepfree.standalone.machine.RunFile;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which running machine a command talks to. */
final class ServerOption {

    @Option(
            names = "--server",
            paramLabel = "URL",
            converter = ServerAddress.class,
            description =
                    "The address of the HTTP API; that of the stepfree that is up in the data folder when not given.")
    private @Nullable URI server;

    /** A client of it; throws {@link MachineException} when none was named and none is up. */
    GatewayClient client(Surroundings surroundings) {
        Logs.off();
        if (server != null) {
            return surroundings.client(server);
        }
        var home = surroundings.home();
        return RunFile.read(home)
                .filter(RunFile::alive)
                .map(run -> surroundings.client(run.gateway()))
                .orElseThrow(() ->
                        new MachineException(
                                "No stepfree is up in %s; start one with ./stepfree up, or name one with --server."
                                        .formatted(home.folder())));
    }
}
