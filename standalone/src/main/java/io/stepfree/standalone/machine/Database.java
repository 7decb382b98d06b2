package io.stepfree.standalone.machine;

import io.stepfree.platform.process.DeathWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL as a child process; its data is in the home's {@code postgres} folder and survives a
 * kill -9 of everything: it runs with fsync and repairs itself from its log.
 */
final class Database {

    static final String USER = "stepfree";
    static final String REGISTRY_SCHEMA = "apicurio";

    /**
     * PostgreSQL refuses to run as root; in a user namespace of its own it runs without root's
     * rights.
     */
    private static final List<String> WITHOUT_ROOT = List.of("unshare", "-U");

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Home home;
    private final PostgresBinaries binaries;
    private final int port;
    private final ChildProcess process;
    private volatile @Nullable Process helper;

    Database(
            Home home,
            PostgresBinaries binaries,
            int port,
            DeathWatch deathWatch,
            Consumer<String> failed) {
        this.home = home;
        this.binaries = binaries;
        this.port = port;
        this.process =
                new ChildProcess(
                        "PostgreSQL", home.logs().resolve("postgres.log"), deathWatch, failed);
    }

    /** Starts it, on its first start with an empty database, and waits until it answers. */
    void start() {
        try {
            if (!Files.exists(data().resolve("PG_VERSION"))) {
                initialise();
            }
            endLeftover();
        } catch (IOException e) {
            throw new MachineException(
                    "The database in %s cannot be prepared (%s).".formatted(data(), e), e);
        }
        process.start(
                command(
                        "postgres",
                        "-D",
                        data().toString(),
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
                        "log_timezone=UTC"),
                Map.of());
        process.awaitReady(this::prepared, Duration.ofSeconds(60));
    }

    /** The JDBC address. */
    String url() {
        return "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port);
    }

    String password() throws IOException {
        return Files.readString(home.passwordFile());
    }

    OptionalLong id() {
        return process.id();
    }

    /** Ends it in PostgreSQL's fast way, which does not wait for clients to leave. */
    void stop() {
        var unfinished = helper;
        if (unfinished != null && unfinished.isAlive()) {
            // Only while it is being set up for the first time; initdb clears up what it has begun.
            unfinished.destroy();
            unfinished.onExit().join();
        }
        process.stop(this::askToStop, PATIENCE);
    }

    private boolean prepared() throws SQLException, IOException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute("create schema if not exists " + REGISTRY_SCHEMA);
            return true;
        }
    }

    private Connection connect() throws SQLException, IOException {
        return DriverManager.getConnection(url(), USER, password());
    }

    /**
     * Built beside its place and moved there whole, so that a kill in between leaves nothing half
     * made.
     */
    private void initialise() throws IOException {
        var bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        Files.deleteIfExists(home.passwordFile());
        Files.createFile(
                home.passwordFile(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(home.passwordFile(), HexFormat.of().formatHex(bytes));
        var fresh = home.folder().resolve("postgres.new");
        Home.delete(fresh);
        run(
                "initdb",
                "-D",
                fresh.toString(),
                "-U",
                USER,
                "--auth=scram-sha-256",
                "--pwfile=" + home.passwordFile(),
                "--encoding=UTF8",
                "--no-locale",
                "--no-instructions");
        Home.delete(data());
        Files.move(fresh, data());
    }

    /**
     * A postmaster that outlived a killed machine is stopped; the note of one that is gone is
     * removed.
     */
    private void endLeftover() throws IOException {
        var note = data().resolve("postmaster.pid");
        if (!Files.exists(note)) {
            return;
        }
        if (Leftovers.ours(
                Long.parseLong(Files.readString(note).lines().findFirst().orElse("0").strip()),
                data())) {
            askToStop();
        }
        // Its number may by now belong to somebody else, for whom PostgreSQL would refuse to start.
        Files.deleteIfExists(note);
    }

    private void askToStop(Process running) {
        try {
            askToStop();
        } catch (MachineException e) {
            running.destroy();
        }
    }

    private void askToStop() {
        run("pg_ctl", "stop", "-D", data().toString(), "-m", "fast", "-w", "-t", "20");
    }

    /** Runs one of PostgreSQL's programs to its end; what it says goes to the log. */
    private void run(String program, String... arguments) {
        var log = home.logs().resolve("postgres.log");
        try {
            var running =
                    new ProcessBuilder(command(program, arguments))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start();
            helper = running;
            if (!running.waitFor(120, TimeUnit.SECONDS)) {
                running.destroyForcibly();
                throw new MachineException(
                        "PostgreSQL's %s did not end within 120 s; see %s."
                                .formatted(program, log));
            }
            if (running.exitValue() != 0) {
                throw new MachineException(
                        "PostgreSQL's %s failed (exit code %d); see %s."
                                .formatted(program, running.exitValue(), log));
            }
        } catch (IOException e) {
            throw new MachineException(
                    "PostgreSQL's %s cannot be started (%s).".formatted(program, e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MachineException("PostgreSQL's %s was interrupted.".formatted(program), e);
        }
    }

    private List<String> command(String program, String... arguments) {
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(WITHOUT_ROOT);
        }
        command.add(binaries.program(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private Path data() {
        return home.postgres();
    }
}
