package io.stepfree.standalone.command;

import io.stepfree.standalone.machine.MachineSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts everything and stays until it is told to end. */
@Command(
        name = "up",
        description = {
            "Starts the whole pipeline and stays until Ctrl-C.",
            "",
            "The data is kept in ~/.stepfree, or in the folder that STEPFREE_HOME names. Everything listens on 127.0.0.1 only."
        })
final class UpCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    private @Spec @Nullable CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            converter = PortNumber.class,
            defaultValue = "${env:STEPFREE_PORT:-8080}",
            description =
                    "The port of the HTTP API, 0 for any free one; ${DEFAULT-VALUE} when not given.")
    private int port;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            converter = PortNumber.class,
            defaultValue = "${env:STEPFREE_KAFKA_PORT:-0}",
            description = "The port of the Kafka broker; any free one when not given.")
    private int kafkaPort;

    @Option(
            names = "--registry-port",
            paramLabel = "PORT",
            converter = PortNumber.class,
            defaultValue = "${env:STEPFREE_REGISTRY_PORT:-0}",
            description = "The port of the schema registry; any free one when not given.")
    private int registryPort;

    @Option(
            names = "--postgres-port",
            paramLabel = "PORT",
            converter = PortNumber.class,
            defaultValue = "${env:STEPFREE_POSTGRES_PORT:-0}",
            description = "The port of PostgreSQL; any free one when not given.")
    private int postgresPort;

    @Option(
            names = "--allow",
            paramLabel = "TARGET",
            split = ",",
            description =
                    "A private address or unusual port that may be scanned all the same: a host, an address or a CIDR block, each with or without a port. May be repeated.")
    private List<String> allowed = List.of();

    UpCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        var begun = System.nanoTime();
        var home = surroundings.home();
        var output = output();
        output.println("Starting Stepfree in %s ...".formatted(home.folder()));
        output.flush();
        var settings =
                new MachineSettings(
                        home, home.reports(), port, kafkaPort, registryPort, postgresPort, allowed);
        var known = home.key().isPresent();
        String sentence;
        try (var run = MachineRun.start(settings, false, err())) {
            var took = Duration.ofNanos(System.nanoTime() - begun);
            var machine = run.machine();
            output.println(
                    """
                    Stepfree is up after %.1f s. Ctrl-C stops it.

                      HTTP API         %s
                      Kafka            %s
                      Schema registry  %s
                      PostgreSQL       %s (user stepfree, password in %s)
                      API key          in %s%s
                      Reports          %s
                      Logs             %s

                    Scan a page:  curl -H "Authorization: Bearer $(cat %s)" -H 'Content-Type: application/json' -d '{"url": "https://example.com/"}' %s/api/scans\
                    """
                            .formatted(
                                    took.toMillis() / 1000.0,
                                    machine.gateway(),
                                    machine.kafka(),
                                    machine.registry(),
                                    machine.database(),
                                    home.passwordFile(),
                                    home.keyFile(),
                                    known ? "" : ", shown this once: " + home.key().orElse("?"),
                                    settings.reports(),
                                    machine.logs(),
                                    home.keyFile(),
                                    machine.gateway()));
            output.flush();
            sentence = run.awaitFailure();
        }
        err().println("stepfree: " + sentence + " Everything else is stopped.");
        err().flush();
        return ExitCode.INFRASTRUCTURE;
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }

    private PrintWriter output() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}
