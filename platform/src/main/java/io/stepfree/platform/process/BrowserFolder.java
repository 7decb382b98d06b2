package io.stepfree.platform.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary folder of one browser: profile, home and scratch. Deleted on close; one that a
 * killed process of ours left behind is deleted when the next one is made.
 */
public final class BrowserFolder implements AutoCloseable {

    /** The user and group that own nothing, as on every Linux. */
    public static final int NOBODY = 65_534;

    private static final String PREFIX = "stepfree-browser-";

    /** A process's start is counted from the boot, which clock corrections shift. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(BrowserFolder.class);

    private final Path path;
    private final boolean asRoot;

    private BrowserFolder(Path path, boolean asRoot) {
        this.path = path;
        this.asRoot = asRoot;
    }

    public static BrowserFolder create() throws IOException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        sweep(parent);
        Path path =
                Files.createTempDirectory(
                        parent,
                        PREFIX + ProcessHandle.current().pid() + "-",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        boolean asRoot = Integer.valueOf(0).equals(Files.getAttribute(path, "unix:uid"));
        if (asRoot) {
            Files.setAttribute(path, "unix:uid", NOBODY);
            Files.setAttribute(path, "unix:gid", NOBODY);
        }
        return new BrowserFolder(path, asRoot);
    }

    public Path path() {
        return path;
    }

    /** Whether this process is root, so that the browser has to become somebody else. */
    public boolean isOwnedByRoot() {
        return asRoot;
    }

    @Override
    public void close() {
        // A browser that is just dying may still write, so that a folder is not empty when its turn
        // comes.
        for (int attempt = 1; attempt <= 20 && Files.exists(path); attempt++) {
            delete(path);
            if (Files.exists(path)) {
                try {
                    Thread.sleep(50);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    delete(path);
                    break;
                }
            }
        }
        if (Files.exists(path)) {
            LOG.warn("The temporary folder {} could not be deleted", path);
        }
    }

    private static void sweep(Path parent) throws IOException {
        try (Stream<Path> all = Files.list(parent)) {
            all.filter(path -> path.getFileName().toString().startsWith(PREFIX))
                    .filter(BrowserFolder::isLeftBehind)
                    .forEach(BrowserFolder::delete);
        }
    }

    private static boolean isLeftBehind(Path path) {
        String rest = path.getFileName().toString().substring(PREFIX.length());
        int end = rest.indexOf('-');
        try {
            return end > 0
                    && ProcessHandle.of(Long.parseLong(rest.substring(0, end)))
                            .filter(process -> mayHaveMade(process, path))
                            .isEmpty();
        } catch (NumberFormatException _) {
            return false;
        }
    }

    /** False for a process that got the number of a dead one, and so began after the folder. */
    private static boolean mayHaveMade(ProcessHandle process, Path path) {
        try {
            Instant lastUsed = Files.getLastModifiedTime(path).toInstant();
            return process.info()
                    .startInstant()
                    .map(start -> start.isBefore(lastUsed.plus(CLOCK_TOLERANCE)))
                    .orElse(true);
        } catch (IOException _) {
            return true;
        }
    }

    private static void delete(Path root) {
        List<Path> deepestFirst;
        try (Stream<Path> tree = Files.walk(root)) {
            deepestFirst = tree.sorted((a, b) -> b.compareTo(a)).toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.debug("Could not list {}", root, e);
            return;
        }
        for (Path path : deepestFirst) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                LOG.debug("Could not delete {}", path, e);
            }
        }
    }
}
