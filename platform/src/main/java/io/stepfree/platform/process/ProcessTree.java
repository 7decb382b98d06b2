package io.stepfree.platform.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of one browser: the driver, the browser and whatever they started. They are known
 * by the session that the driver leads, because an orphan keeps its session but no longer tells
 * whose child it was; where there is no {@code /proc} or no session of its own, by descent.
 * Thread-safe.
 */
public final class ProcessTree {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessTree.class);
    private static final Path PROC = Path.of("/proc");
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final ProcessHandle driver;
    private volatile @Nullable ProcessHandle browser;

    /**
     * @param driver the first of them
     */
    public ProcessTree(ProcessHandle driver) {
        this.driver = driver;
    }

    /** The browser, once it is known: it outlives a driver that is killed. */
    public void add(ProcessHandle started) {
        browser = started;
    }

    /** The ids of those that live now. */
    public List<Long> members() {
        var found = new ArrayList<Long>();
        if (leadsSession()) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[1-9]*")) {
                for (Path process : all) {
                    if (session(process).orElse(0) == driver.pid()) {
                        found.add(Long.valueOf(process.getFileName().toString()));
                    }
                }
                return found;
            } catch (IOException e) {
                LOG.debug("Processes are told by descent, {} cannot be listed", PROC, e);
                found.clear();
            }
        }
        family().map(ProcessHandle::pid).forEach(found::add);
        return found;
    }

    /**
     * Kills all of them and waits until they are gone. Not to be interrupted: what lives on would
     * be forgotten.
     *
     * @return false when some are still there after {@code patience}
     */
    public boolean kill(Duration patience) {
        // Listed before the first of them dies, for where descent is all that tells.
        List<ProcessHandle> known = family().toList();
        known.forEach(ProcessHandle::destroyForcibly);
        long end = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                List<ProcessHandle> left =
                        Stream.concat(
                                        members().stream()
                                                .flatMap(pid -> ProcessHandle.of(pid).stream()),
                                        known.stream())
                                .distinct()
                                .filter(process -> lives(process.pid()) && process.isAlive())
                                .toList();
                if (left.isEmpty()) {
                    return true;
                }
                // Again and again: one may have been born while the others died.
                left.forEach(ProcessHandle::destroyForcibly);
                if (System.nanoTime() - end > 0) {
                    return false;
                }
                try {
                    Thread.sleep(PAUSE);
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** False for a zombie too: it is dead, only nobody has asked for its exit status yet. */
    public static boolean lives(long pid) {
        Path process = PROC.resolve(String.valueOf(pid));
        return !Files.isDirectory(PROC.resolve("self")) || session(process).isPresent();
    }

    private boolean leadsSession() {
        // Once the driver is dead, only its session is left to tell.
        return session(PROC.resolve("self")).isPresent()
                && (!driver.isAlive()
                        || session(PROC.resolve(String.valueOf(driver.pid()))).orElse(0)
                                == driver.pid());
    }

    private Stream<ProcessHandle> family() {
        ProcessHandle started = browser;
        Stream<ProcessHandle> ofDriver = Stream.concat(Stream.of(driver), driver.descendants());
        return started == null
                ? ofDriver
                : Stream.concat(ofDriver, Stream.concat(Stream.of(started), started.descendants()));
    }

    /** Of {@code /proc/<pid>/stat} (proc(5)); empty when the process is dead or gone. */
    private static OptionalLong session(Path process) {
        try {
            String stat =
                    Files.readString(
                            process.resolve("stat"), java.nio.charset.StandardCharsets.ISO_8859_1);
            // The name before it is in brackets and may hold anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5);
            return fields[0].equals("Z") || fields[0].equals("X")
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(fields[3]));
        } catch (IOException | RuntimeException _) {
            return OptionalLong.empty();
        }
    }
}
