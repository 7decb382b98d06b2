package io.stepfree.processor.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control groups that hold a browser to its bounds by the kernel's hand: its memory, for what
 * is faster than our own watch, and its share of the processor. They are children of the groups
 * that this process is in, so that whatever bounds us goes on to bound the browser, or of one that
 * was delegated to us. To be had where cgroup v2 has controllers for us, or where those of cgroup
 * v1 are writable; what is not to be had is said once. Thread-safe.
 *
 * <p>Of the browser's share each process of a {@linkplain #keepApart page} gets as much as any
 * other, however many threads it has.
 */
final class BrowserGroup implements AutoCloseable {

    private static final String PREFIX = "stepfree-browser-";

    /** In which a quota of processor time is counted, in microseconds; the kernel's own default. */
    private static final long PERIOD = 100_000;

    private static final Pattern KILLS = Pattern.compile("(?m)^oom_kill (\\d+)$");
    private static final AtomicLong LAST = new AtomicLong();
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();
    private static final Logger LOG = LoggerFactory.getLogger(BrowserGroup.class);

    /** By the group that each is in: one for each controller in v1, one for both in v2. */
    private final Map<Path, Path> groups = new HashMap<>();

    /** Where processes are put. */
    private final List<Path> homes = new ArrayList<>();

    private final Map<Long, Path> pages = new HashMap<>();
    private final AtomicLong kills = new AtomicLong();
    private @Nullable Path memoryEvents;
    private @Nullable Path processor;
    private boolean closed;

    private BrowserGroup() {}

    /**
     * Fresh and empty; none where the machine gives us none.
     *
     * @param bytes of memory
     * @param cores of the processor, also a part of one
     */
    static Optional<BrowserGroup> create(long bytes, double cores) {
        var group = new BrowserGroup();
        attempt("memory, only our own watch does", () -> group.boundMemory(bytes));
        attempt("share of the processor", () -> group.boundProcessor(cores));
        if (group.memoryEvents == null && group.processor == null) {
            group.close();
            return Optional.empty();
        }
        return Optional.of(group);
    }

    /** Takes a process in, and with it all that it will start, as far as the kernel lets it. */
    void add(long pid) {
        for (Path home : homes) {
            attempt("processes", () -> join(home, pid));
        }
    }

    /**
     * Gives each page as large a share of the processor as the others. To be told again whenever
     * pages may have come or gone.
     *
     * @param processes of all pages there are; of one with frames of other sites it may be several
     */
    synchronized void keepApart(List<Long> processes) {
        if (processor == null || closed) {
            return;
        }
        pages.entrySet()
                .removeIf(page -> !processes.contains(page.getKey()) && remove(page.getValue()));
        for (Long pid : processes) {
            if (!pages.containsKey(pid)) {
                Path page = processor.resolve("page-" + pid);
                try {
                    join(Files.createDirectories(page), pid);
                } catch (IOException e) {
                    LOG.debug("Process {} may have gone before it got its share", pid, e);
                }
                pages.put(pid, page);
            }
        }
    }

    /** One or two of them. */
    List<Path> paths() {
        return List.copyOf(groups.values());
    }

    boolean boundsMemory() {
        return memoryEvents != null;
    }

    /** Of the controller of the processor's time, if it is bounded. */
    Optional<Path> processor() {
        return Optional.ofNullable(processor);
    }

    /** Whether the kernel has killed one of ours for its memory since this was last asked. */
    boolean hasKilled() {
        if (memoryEvents == null) {
            return false;
        }
        try {
            Matcher matcher = KILLS.matcher(Files.readString(memoryEvents));
            long now = matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
            return kills.getAndSet(now) < now;
        } catch (IOException _) {
            return false;
        }
    }

    /** Once the last process has gone; the kernel may need a moment to notice. */
    @Override
    public synchronized void close() {
        closed = true;
        boolean interrupted = false;
        for (Path group : groups.values()) {
            for (int attempt = 1; !remove(group); attempt++) {
                if (attempt == 40) {
                    LOG.warn("The control group {} could not be removed", group);
                    break;
                }
                try {
                    Thread.sleep(50);
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Bounding {
        void run() throws IOException;
    }

    private static void attempt(String what, Bounding bounding) {
        try {
            bounding.run();
        } catch (IOException | RuntimeException e) {
            if (SAID.add(what)) {
                LOG.info(
                        "The kernel does not bound the browser's {}: no control group is to be had ({})",
                        what,
                        e.toString());
            }
        }
    }

    private void boundMemory(long bytes) throws IOException {
        Place place = place("memory");
        Path group = group(place, "memory");
        boolean v1 = place.version() == 1;
        write(group.resolve(v1 ? "memory.limit_in_bytes" : "memory.max"), bytes);
        memoryEvents = group.resolve(v1 ? "memory.oom_control" : "memory.events");
    }

    private void boundProcessor(double cores) throws IOException {
        Place place = place("cpu");
        Path group = group(place, "cpu");
        long quota = Math.round(cores * PERIOD);
        if (place.version() == 1) {
            write(group.resolve("cpu.cfs_period_us"), PERIOD);
            write(group.resolve("cpu.cfs_quota_us"), quota);
        } else {
            write(group.resolve("cpu.max"), quota + " " + PERIOD);
            write(group.resolve("cgroup.subtree_control"), "+cpu");
        }
        processor = group;
    }

    /** The one in this place, made if need be. */
    private Path group(Place place, String controller) throws IOException {
        boolean v1 = place.version() == 1;
        Path parent = v1 ? place.parent() : delegated(place.parent(), controller);
        Path known = groups.get(parent);
        if (known != null) {
            return known;
        }
        sweep(parent);
        String name = PREFIX + ProcessHandle.current().pid() + "-" + LAST.incrementAndGet();
        Path made = Files.createDirectory(parent.resolve(name));
        // In v2 a group has either processes or groups that are bounded (cgroup-v2, "No Internal
        // Process Constraint").
        Path home = v1 ? made : Files.createDirectory(made.resolve("browser"));
        groups.put(parent, made);
        homes.add(home);
        return made;
    }

    /**
     * Where groups are made.
     *
     * @param version of the interface, 1 or 2
     */
    record Place(Path parent, int version) {}

    private static Place place(String controller) throws IOException {
        return place(
                        lines(Path.of("/proc/self/mountinfo")),
                        lines(Path.of("/proc/self/cgroup")),
                        controller)
                .orElseThrow(() -> new IOException("there is no controller for it"));
    }

    /**
     * @param mounts as in {@code /proc/self/mountinfo} (proc(5))
     * @param memberships as in {@code /proc/self/cgroup} (cgroups(7))
     * @param controller memory or cpu
     */
    static Optional<Place> place(List<String> mounts, List<String> memberships, String controller) {
        for (String membership : memberships) {
            String[] parts = membership.split(":", 3);
            if (parts.length == 3 && List.of(parts[1].split(",")).contains(controller)) {
                return directory(mounts, parts[2], " cgroup ", controller)
                        .map(path -> new Place(path, 1));
            }
        }
        return memberships.stream()
                .filter(membership -> membership.startsWith("0::"))
                .findFirst()
                .flatMap(membership -> directory(mounts, membership.substring(3), " cgroup2 ", ""))
                .map(path -> new Place(path, 2));
    }

    private static Optional<Path> directory(
            List<String> mounts, String membership, String type, String option) {
        for (String mount : mounts) {
            int separator = mount.indexOf(" - ");
            String about = mount.substring(separator + 2);
            if (separator < 0
                    || !about.startsWith(type)
                    || !List.of(about.substring(about.lastIndexOf(' ') + 1).split(","))
                            .contains(option.isEmpty() ? "rw" : option)) {
                continue;
            }
            String[] fields = mount.split(" ", -1);
            String root = fields[3];
            if (root.equals("/")) {
                return Optional.of(Path.of(fields[4] + membership));
            }
            if (membership.equals(root) || membership.startsWith(root + "/")) {
                return Optional.of(Path.of(fields[4] + membership.substring(root.length())));
            }
        }
        return Optional.empty();
    }

    /**
     * In v2 a group that has processes has no controllers for groups below it, so it takes the one
     * above ours, if systemd has marked it as delegated to us (Delegate=memory cpu with
     * DelegateSubgroup=).
     */
    private static Path delegated(Path own, String controller) throws IOException {
        Path parent = own;
        if (handedOn(own).isEmpty()) {
            Path above = own.getParent();
            var attributes =
                    above == null
                            ? null
                            : Files.getFileAttributeView(above, UserDefinedFileAttributeView.class);
            if (above == null || attributes == null || !attributes.list().contains("delegate")) {
                throw new IOException(own + " has no controllers for groups below it");
            }
            parent = above;
        }
        if (!handedOn(parent).contains(controller)) {
            write(parent.resolve("cgroup.subtree_control"), "+" + controller);
        }
        return parent;
    }

    /** The controllers that groups below this one have. */
    private static List<String> handedOn(Path group) throws IOException {
        String all = Files.readString(group.resolve("cgroup.subtree_control")).strip();
        return all.isEmpty() ? List.of() : List.of(all.split(" "));
    }

    /** Removes the groups of killed processes of ours; one that is in use cannot be removed. */
    private static void sweep(Path parent) throws IOException {
        try (Stream<Path> all = Files.list(parent)) {
            all.filter(path -> path.getFileName().toString().startsWith(PREFIX))
                    .filter(BrowserGroup::isEmpty)
                    .forEach(BrowserGroup::remove);
        }
    }

    /**
     * With those below it.
     *
     * @return false when it is still in use
     */
    private static boolean remove(Path group) {
        try {
            if (Files.isDirectory(group)) {
                try (Stream<Path> below = Files.list(group)) {
                    for (Path path : below.filter(Files::isDirectory).toList()) {
                        Files.deleteIfExists(path);
                    }
                }
            }
            Files.deleteIfExists(group);
            return true;
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("Could not remove {}", group, e);
            return false;
        }
    }

    private static boolean isEmpty(Path path) {
        String owner =
                path.getFileName().toString().substring(PREFIX.length()).replaceFirst("-.*", "");
        try {
            return ProcessHandle.of(Long.parseLong(owner)).isEmpty();
        } catch (NumberFormatException _) {
            return false;
        }
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    }

    private static void join(Path group, long pid) throws IOException {
        write(group.resolve("cgroup.procs"), pid);
    }

    private static void write(Path file, Object value) throws IOException {
        Files.writeString(file, String.valueOf(value), StandardOpenOption.WRITE);
    }
}
