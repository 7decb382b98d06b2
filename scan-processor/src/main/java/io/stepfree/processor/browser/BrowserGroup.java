package io.stepfree.processor.browser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control group that holds a browser to a bound of memory by the kernel's hand, for what is
 * faster than our own watch. A child of the group that this process is in, so that whatever bounds
 * us goes on to bound the browser, or of a group that was delegated to us. To be had where cgroup
 * v2 has a memory controller for us, or where that of cgroup v1 is writable; elsewhere there is
 * none, which is said once.
 */
final class BrowserGroup implements AutoCloseable {

    private static final String PREFIX = "stepfree-browser-";
    private static final Pattern KILLS = Pattern.compile("(?m)^oom_kill (\\d+)$");
    private static final AtomicLong LAST = new AtomicLong();
    private static final AtomicBoolean SAID = new AtomicBoolean();
    private static final Logger LOG = LoggerFactory.getLogger(BrowserGroup.class);

    private final Path path;
    private final Path events;
    private final AtomicLong kills = new AtomicLong();

    private BrowserGroup(Path path, Path events) {
        this.path = path;
        this.events = events;
    }

    /** A fresh, empty group; none where the machine does not give us one. */
    static Optional<BrowserGroup> create(long bytes) {
        String problem;
        try {
            Optional<Place> place =
                    place(
                            lines(Path.of("/proc/self/mountinfo")),
                            lines(Path.of("/proc/self/cgroup")));
            if (place.isPresent()) {
                return Optional.of(create(place.get(), bytes));
            }
            problem = "there is no memory controller";
        } catch (IOException | RuntimeException e) {
            problem = e.toString();
        }
        if (!SAID.getAndSet(true)) {
            LOG.info(
                    "The kernel does not bound the browser's memory, only our own watch does: no control group can be made ({})",
                    problem);
        }
        return Optional.empty();
    }

    Path path() {
        return path;
    }

    /** Takes a process in, and with it all that it will start. */
    void add(long pid) throws IOException {
        write(path.resolve("cgroup.procs"), pid);
    }

    /** Whether the kernel has killed one of ours for its memory since this was last asked. */
    boolean hasKilled() {
        try {
            Matcher matcher = KILLS.matcher(Files.readString(events));
            long now = matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
            return kills.getAndSet(now) < now;
        } catch (IOException _) {
            return false;
        }
    }

    /** Once the last process has gone; the kernel may need a moment to notice. */
    @Override
    public void close() {
        boolean interrupted = false;
        for (int attempt = 1; attempt <= 40; attempt++) {
            try {
                Files.deleteIfExists(path);
                break;
            } catch (IOException e) {
                if (attempt == 40) {
                    LOG.warn("The control group {} could not be removed: {}", path, e.getMessage());
                }
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Where groups are made.
     *
     * @param version of the interface, 1 or 2
     */
    record Place(Path parent, int version) {}

    /**
     * @param mounts as in {@code /proc/self/mountinfo} (proc(5))
     * @param memberships as in {@code /proc/self/cgroup} (cgroups(7))
     */
    static Optional<Place> place(List<String> mounts, List<String> memberships) {
        for (String membership : memberships) {
            String[] parts = membership.split(":", 3);
            if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                return directory(mounts, parts[2], " cgroup ", "memory")
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

    private static BrowserGroup create(Place place, long bytes) throws IOException {
        Path parent = place.parent();
        if (place.version() == 2) {
            parent = delegated(parent);
        }
        sweep(parent);
        Path path =
                Files.createDirectory(
                        parent.resolve(
                                PREFIX
                                        + ProcessHandle.current().pid()
                                        + "-"
                                        + LAST.incrementAndGet()));
        boolean v1 = place.version() == 1;
        var group =
                new BrowserGroup(path, path.resolve(v1 ? "memory.oom_control" : "memory.events"));
        try {
            write(path.resolve(v1 ? "memory.limit_in_bytes" : "memory.max"), bytes);
            return group;
        } catch (IOException e) {
            group.close();
            throw e;
        }
    }

    /**
     * In v2 a group that has processes has no controllers for groups below it (cgroup-v2, "No
     * Internal Process Constraint"), so it takes the one above ours, if systemd has marked it as
     * delegated to us (Delegate=memory with DelegateSubgroup=).
     */
    private static Path delegated(Path own) throws IOException {
        if (bounds(own)) {
            return own;
        }
        Path above = own.getParent();
        var attributes =
                above == null
                        ? null
                        : Files.getFileAttributeView(above, UserDefinedFileAttributeView.class);
        if (above == null || attributes == null || !attributes.list().contains("delegate")) {
            throw new IOException(own + " has no memory controller for groups below it");
        }
        if (!bounds(above)) {
            write(above.resolve("cgroup.subtree_control"), "+memory");
        }
        return above;
    }

    private static boolean bounds(Path group) throws IOException {
        return Files.readString(group.resolve("cgroup.subtree_control")).contains("memory");
    }

    /** Removes the groups of killed processes of ours; one that is in use cannot be removed. */
    private static void sweep(Path parent) throws IOException {
        try (Stream<Path> all = Files.list(parent)) {
            all.filter(path -> path.getFileName().toString().startsWith(PREFIX))
                    .filter(BrowserGroup::isEmpty)
                    .forEach(path -> {
                        try {
                            Files.deleteIfExists(path);
                        } catch (IOException e) {
                            LOG.debug("Could not remove {}", path, e);
                        }
                    });
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

    private static void write(Path file, Object value) throws IOException {
        Files.writeString(file, String.valueOf(value), StandardOpenOption.WRITE);
    }
}
