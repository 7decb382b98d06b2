package io.stepfree.load.scanner;

import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/** A temporary folder of one measurement; deleted on close, also when the measurement is ended. */
public final class WorkFolder implements AutoCloseable {

    private static final int DELETIONS = 20;
    private static final Duration DELETION_PAUSE = Duration.ofMillis(100);

    private final Path path;
    private final Thread hook;

    private WorkFolder(Path path) {
        this.path = path;
        this.hook = new Thread(this::delete);
    }

    public static WorkFolder create() {
        try {
            Path path = Files.createTempDirectory("stepfree-load-").toRealPath();
            // A browser that gave up root's rights has to find its own folder below.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            var folder = new WorkFolder(path);
            Runtime.getRuntime().addShutdownHook(folder.hook);
            return folder;
        } catch (IOException e) {
            throw new MeasurementException("No temporary folder can be made (%s).".formatted(e), e);
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        delete();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private void delete() {
        // What is just being killed may still write, so that a folder is not empty when its turn
        // comes.
        for (int attempt = 1; attempt <= DELETIONS && Files.exists(path); attempt++) {
            try {
                deleteOnce();
            } catch (IOException | UncheckedIOException e) {
                if (attempt == DELETIONS) {
                    throw new MeasurementException(
                            "%s cannot be deleted (%s).".formatted(path, e), e);
                }
            }
            try {
                Thread.sleep(Files.exists(path) ? DELETION_PAUSE : Duration.ZERO);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void deleteOnce() throws IOException {
        try (Stream<Path> paths = Files.walk(path)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
