package io.stepfree.standalone.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds everything one machine keeps: data, logs, reports and the note of what is
 * running.
 *
 * @param folder its absolute path
 * @param kept whether it stays when the machine is gone; no secret need be written down in one that
 *     does not
 */
public record Home(Path folder, boolean kept) {

    /** The environment variable that names another folder than {@code ~/.stepfree}. */
    public static final String VARIABLE = "STEPFREE_HOME";

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** A folder that stays. */
    public Home(Path folder) {
        this(folder, true);
    }

    /**
     * The folder that {@code environment} and the user's home directory lead to; it need not exist
     * yet.
     */
    public static Home of(Map<String, String> environment) {
        var named = environment.get(VARIABLE);
        var folder =
                named == null || named.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".stepfree")
                        : Path.of(named);
        return new Home(folder.toAbsolutePath().normalize());
    }

    /**
     * A new empty folder under the system's temporary folder, for a machine that leaves nothing
     * behind.
     */
    public static Home temporary() {
        try {
            return new Home(Files.createTempDirectory("stepfree-").toRealPath(), false);
        } catch (IOException e) {
            throw new MachineException(
                    "No temporary folder can be made in %s (%s); name another with -Djava.io.tmpdir or TMPDIR."
                            .formatted(System.getProperty("java.io.tmpdir"), e),
                    e);
        }
    }

    /**
     * Makes the folder and its parts where they are missing, readable by their owner only; throws
     * {@link MachineException} if it cannot.
     */
    void create() {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
            for (var part : List.of(kafka(), streams(), reports(), logs())) {
                Files.createDirectories(part);
            }
            var probe = Files.createTempFile(folder, "write", ".probe");
            Files.delete(probe);
        } catch (IOException e) {
            throw new MachineException(
                    "The data folder %s cannot be written (%s); make it writable or name another in %s."
                            .formatted(folder, e, VARIABLE),
                    e);
        }
    }

    /** Removes the folder and all that is in it. */
    public void delete() {
        delete(folder);
    }

    /** Removes everything but the logs, for a machine that failed and whose message names them. */
    public void deleteAllButLogs() {
        try (var parts = Files.list(folder)) {
            parts.filter(part -> !part.equals(logs())).toList().forEach(Home::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Removes a folder or a file, if it is there. What a process that is just ending still takes
     * away or adds does not disturb it.
     */
    static void delete(Path root) {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (Files.exists(root)) {
            try {
                Files.walkFileTree(root, new Remover());
            } catch (NoSuchFileException | DirectoryNotEmptyException e) {
                if (System.nanoTime() > end) {
                    throw new UncheckedIOException(e);
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Remover extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }

    public Path kafka() {
        return folder.resolve("kafka");
    }

    public Path postgres() {
        return folder.resolve("postgres");
    }

    public Path streams() {
        return folder.resolve("streams");
    }

    public Path reports() {
        return folder.resolve("reports");
    }

    public Path logs() {
        return folder.resolve("logs");
    }

    /** The file with the password of the database, readable by its owner only. */
    public Path passwordFile() {
        return folder.resolve("postgres-password");
    }

    /** The file with the key that seals the secrets of scans, readable by its owner only. */
    Path secretsKeyFile() {
        return folder.resolve("secrets-key");
    }

    /** The file with the key that opens the HTTP API, readable by its owner only. */
    public Path keyFile() {
        return folder.resolve("api-key");
    }

    /** What is in that file; empty when there is none, or it is not for us to read. */
    public Optional<String> key() {
        try {
            return Files.isReadable(keyFile())
                    ? Optional.of(Files.readString(keyFile()).strip())
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    Path runFile() {
        return folder.resolve("run.json");
    }

    Path lockFile() {
        return folder.resolve("lock");
    }
}
