package io.stepfree.standalone.machine;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The note of what is running, kept in the data folder as {@code run.json}: other commands find the
 * machine by it, and the next start finds the children of one that was killed.
 *
 * @param process the id of the process that runs the services
 * @param startedAt when it was started
 * @param gateway the address of the HTTP API
 * @param kafka the bootstrap address of the broker
 * @param registry the address of the schema registry, the part that speaks Confluent's API
 * @param database the JDBC address of PostgreSQL, without the password
 * @param children the ids of the child processes by name
 */
public record RunFile(
        long process,
        Instant startedAt,
        URI gateway,
        String kafka,
        URI registry,
        String database,
        Map<String, Long> children) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public RunFile {
        children = Map.copyOf(children);
    }

    /** What {@code home} says; empty when nothing was started there, or the note cannot be read. */
    public static Optional<RunFile> read(Home home) {
        try {
            return Files.exists(home.runFile())
                    ? Optional.of(JSON.readValue(Files.readString(home.runFile()), RunFile.class))
                    : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    void write(Home home) throws IOException {
        var fresh = home.runFile().resolveSibling("run.json.new");
        Files.writeString(
                fresh, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
        Files.move(
                fresh,
                home.runFile(),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    static void delete(Home home) throws IOException {
        Files.deleteIfExists(home.runFile());
    }

    /** Whether the process that wrote the note still runs. */
    public boolean alive() {
        return ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
    }
}
