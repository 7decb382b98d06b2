package io.stepfree.load.scanner;

import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Counts the processor time of everything that a command starts, also of what has ended or was let
 * go since: a control group (cgroup v2) of its own, which no process leaves by itself. Linux only.
 */
public final class ProcessGroup implements AutoCloseable {

    private static final Duration LEAVING_LIMIT = Duration.ofSeconds(10);
    private static final Pattern MOUNT = Pattern.compile("(?m)^(?:\\S+ ){4}(\\S+) .* - cgroup2 ");
    private static final Pattern OWN = Pattern.compile("(?m)^0::(\\S+)$");
    private static final Pattern USAGE = Pattern.compile("(?m)^usage_usec (\\d+)$");
    private static final Pattern PSS = Pattern.compile("(?m)^Pss:\\s+(\\d+) kB$");
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Path folder;
    private final Thread hook;

    private ProcessGroup(Path folder) {
        this.folder = folder;
        this.hook = new Thread(this::kill);
    }

    /** Makes an empty one. */
    public static ProcessGroup create() {
        Matcher mount = MOUNT.matcher(read(Path.of("/proc/self/mountinfo")));
        Matcher own = OWN.matcher(read(Path.of("/proc/self/cgroup")));
        if (!mount.find() || !own.find()) {
            throw new MeasurementException(
                    "Processor time is counted by a control group, and there is no cgroup v2 here: this measures on Linux.");
        }
        Path folder =
                Path.of(mount.group(1), own.group(1))
                        .resolve(
                                "stepfree-load-%d-%d"
                                        .formatted(
                                                ProcessHandle.current().pid(),
                                                COUNT.incrementAndGet()));
        try {
            Files.createDirectory(folder);
        } catch (IOException e) {
            throw new MeasurementException(
                    "Processor time is counted by a control group, and none can be made (%s): run this as root, or under `systemd-run --user --scope -p Delegate=yes`."
                            .formatted(e),
                    e);
        }
        var group = new ProcessGroup(folder);
        Runtime.getRuntime().addShutdownHook(group.hook);
        return group;
    }

    /** The command that joins the group and then becomes this one. */
    public List<String> joined(List<String> command) {
        var joined =
                new ArrayList<>(
                        List.of(
                                "sh",
                                "-c",
                                "echo $$ > \"$0\" && exec \"$@\"",
                                folder.resolve("cgroup.procs").toString()));
        joined.addAll(command);
        return joined;
    }

    /** What all its processes have used since it was made. */
    public Duration processorTime() {
        Matcher usage = USAGE.matcher(read(folder.resolve("cpu.stat")));
        if (!usage.find()) {
            throw new MeasurementException("The control group does not tell its processor time.");
        }
        return Duration.ofNanos(Long.parseLong(usage.group(1)) * 1_000);
    }

    /**
     * The ids of the processes that run now, also those that have made groups of their own below.
     */
    public Set<Long> members() {
        var members = new TreeSet<Long>();
        try (Stream<Path> groups = Files.walk(folder)) {
            groups.filter(path -> path.endsWith("cgroup.procs"))
                    .flatMap(path -> read(path).lines())
                    .map(Long::valueOf)
                    .forEach(members::add);
        } catch (IOException | java.io.UncheckedIOException _) {
            // A group below went while it was looked at.
        }
        return members;
    }

    /** Whether a process counts for it, also one that has ended and was not waited for yet. */
    boolean holds(long id) {
        String groups = read(Path.of("/proc", Long.toString(id), "cgroup"));
        return groups.isEmpty() || groups.contains("/" + folder.getFileName());
    }

    /** The memory of all its processes, shared pages counted once: the proportional set size. */
    public long bytes() {
        return members().stream().mapToLong(ProcessGroup::bytes).sum();
    }

    /** Waits until all its processes are gone; says which are not. */
    public Set<Long> awaitEmpty() throws InterruptedException {
        long end = System.nanoTime() + LEAVING_LIMIT.toNanos();
        Set<Long> left = members();
        while (!left.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(20);
            left = members();
        }
        return left;
    }

    /** Kills what is left in it. */
    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private void kill() {
        try {
            Files.writeString(folder.resolve("cgroup.kill"), "1");
            for (int attempt = 0; attempt < 100 && !members().isEmpty(); attempt++) {
                Thread.sleep(20);
            }
            List<Path> groups;
            try (Stream<Path> all = Files.walk(folder)) {
                groups = all.filter(Files::isDirectory).toList();
            }
            for (Path group : groups.reversed()) {
                Files.deleteIfExists(group);
            }
        } catch (IOException _) {
            // An empty control group that stays does no harm.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static long bytes(long id) {
        Matcher pss = PSS.matcher(read(Path.of("/proc", Long.toString(id), "smaps_rollup")));
        return pss.find() ? Long.parseLong(pss.group(1)) * 1_024 : 0;
    }

    /** Empty when it is not there, as of a process that has ended. */
    private static String read(Path path) {
        try {
            return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
