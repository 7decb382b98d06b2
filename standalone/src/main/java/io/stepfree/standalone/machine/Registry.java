package io.stepfree.standalone.machine;

import io.stepfree.platform.process.DeathWatch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** The schema registry (Apicurio) as a child process; it keeps the schemas in PostgreSQL. */
final class Registry {

    private final Home home;
    private final Installation installation;
    private final int port;
    private final ChildProcess process;

    Registry(
            Home home,
            Installation installation,
            int port,
            DeathWatch deathWatch,
            Consumer<String> failed) {
        this.home = home;
        this.installation = installation;
        this.port = port;
        this.process =
                new ChildProcess(
                        "The schema registry",
                        home.logs().resolve("registry.log"),
                        deathWatch,
                        failed);
    }

    /** Starts it on {@code database}, which must run, and waits until it answers. */
    void start(Database database, int managementPort) throws IOException {
        var command = installation.java("registry", "160m");
        command.addAll(
                List.of(
                        "-Dstepfree.home=" + home.folder(),
                        "-Dapicurio.storage.kind=sql",
                        "-Dapicurio.storage.sql.kind=postgresql",
                        "-Dapicurio.datasource.url="
                                + database.url()
                                + "?currentSchema="
                                + Database.REGISTRY_SCHEMA,
                        "-Dapicurio.datasource.username=" + Database.USER,
                        "-Dapicurio.datasource.jdbc.initial-size=2",
                        "-Dapicurio.datasource.jdbc.min-size=2",
                        "-Dapicurio.datasource.jdbc.max-size=8",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=" + port,
                        "-Dquarkus.http.access-log.enabled=false",
                        "-Dquarkus.management.host=127.0.0.1",
                        "-Dquarkus.management.port=" + managementPort,
                        "-jar",
                        installation.registryJar().toString()));
        // The password goes by the environment, which other users of the machine cannot read.
        process.start(command, Map.of("APICURIO_DATASOURCE_PASSWORD", database.password()));
        try (var http = HttpClient.newHttpClient()) {
            var question =
                    HttpRequest.newBuilder(URI.create(address() + "/subjects"))
                            .timeout(Duration.ofSeconds(2))
                            .build();
            process.awaitReady(
                    () ->
                            http.send(question, HttpResponse.BodyHandlers.discarding()).statusCode()
                                    == 200,
                    Duration.ofSeconds(90));
        }
    }

    /** The part that speaks Confluent's API. */
    URI address() {
        return URI.create("http://127.0.0.1:%d/apis/ccompat/v7".formatted(port));
    }

    OptionalLong id() {
        return process.id();
    }

    void stop() {
        process.stop(Process::destroy, Duration.ofSeconds(30));
    }
}
