package io.stepfree.load.chaos.pipeline;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.standalone.machine.Home;
import io.stepfree.standalone.machine.Installation;
import io.stepfree.standalone.machine.PostgresBinaries;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL of one run: how it is made, started and reached. It trusts whoever is on loopback. */
public final class Database {

    public static final String USER = "stepfree";
    static final String REGISTRY_SCHEMA = "apicurio";

    private final Path data;
    private final Path log;
    private final int port;
    private final PostgresBinaries binaries;

    Database(Path folder, Path log, int port) {
        this.data = folder.resolve("postgres");
        this.log = log;
        this.port = port;
        this.binaries =
                PostgresBinaries.of(
                        Installation.current(), new Home(folder.resolve("home"), false));
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), USER, "");
    }

    void initialise() throws InterruptedException {
        try {
            int status =
                    new ProcessBuilder(
                                    command(
                                            "initdb",
                                            "-D",
                                            data.toString(),
                                            "-U",
                                            USER,
                                            "--auth=trust",
                                            "--encoding=UTF8",
                                            "--no-locale",
                                            "--no-sync",
                                            "--no-instructions"))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start()
                            .waitFor();
            if (status != 0) {
                throw new MeasurementException(
                        "PostgreSQL cannot be set up (status %d); see %s.".formatted(status, log));
            }
        } catch (IOException e) {
            throw new MeasurementException("PostgreSQL cannot be set up (%s).".formatted(e), e);
        }
    }

    List<String> start() {
        return command(
                "postgres",
                "-D",
                data.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "shared_buffers=64MB",
                "-c",
                "fsync=on",
                "-c",
                "synchronous_commit=on",
                "-c",
                "log_timezone=UTC");
    }

    boolean prepared() throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute("create schema if not exists " + REGISTRY_SCHEMA);
            return true;
        }
    }

    private List<String> command(String program, String... arguments) {
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            // PostgreSQL refuses to run as root; in a user namespace of its own it has no such
            // rights.
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(binaries.program(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }
}
