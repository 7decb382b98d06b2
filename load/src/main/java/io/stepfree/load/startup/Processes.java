package io.stepfree.load.startup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the processes of one {@code ./stepfree up} and what they take; Linux only (/proc). */
final class Processes {

    private static final Path PROC = Path.of("/proc");
    private static final Pattern BROWSER = Pattern.compile("chrom(e|ium)");
    private static final Pattern PSS = Pattern.compile("(?m)^Pss:\\s+(\\d+) kB$");
    private static final Pattern PARENT = Pattern.compile("(?m)^PPid:\\s+(\\d+)$");

    private Processes() {}

    /**
     * What one process takes.
     *
     * @param id its process id
     * @param part what it is a part of: services, kafka, registry, postgres, browser or other
     * @param bytes its proportional set size: its own pages, and its share of those it shares
     */
    record Footprint(long id, String part, long bytes) {}

    /**
     * The ids of a process, of all its descendants, and of what was started by any of them and let
     * go since: daemons, which are known by the mark in their environment.
     *
     * @param root the process's id; one that does not run is left out
     * @param mark an environment entry, as NAME=value, that no other process has
     */
    static Set<Long> family(long root, String mark) {
        Set<Long> members = new HashSet<>(Set.of(root));
        List<Long> all = ids();
        all.stream().filter(id -> marked(id, mark)).forEach(members::add);
        // Parents may have higher ids than their children: until nothing is added.
        boolean grown = true;
        while (grown) {
            grown = false;
            for (long id : all) {
                if (!members.contains(id) && members.contains(parent(id))) {
                    grown = members.add(id);
                }
            }
        }
        members.removeIf(id -> !Files.exists(PROC.resolve(Long.toString(id))));
        return members;
    }

    /** What each of these processes takes; those that have ended meanwhile are left out. */
    static List<Footprint> footprints(Collection<Long> ids, long root) {
        return ids.stream().flatMap(id -> footprint(id, root).stream()).toList();
    }

    /** The command line of a process, shortened, for messages. */
    static String describe(long id) {
        String command = commandLine(id);
        return "%d %s".formatted(id, command.length() > 120 ? command.substring(0, 120) : command);
    }

    private static Optional<Footprint> footprint(long id, long root) {
        var matcher = PSS.matcher(read(id, "smaps_rollup"));
        return matcher.find()
                ? Optional.of(
                        new Footprint(id, part(id, root), Long.parseLong(matcher.group(1)) * 1024))
                : Optional.empty();
    }

    private static String part(long id, long root) {
        String command = commandLine(id);
        String program = command.split(" ", 2)[0];
        String name = program.substring(program.lastIndexOf('/') + 1);
        if (BROWSER.matcher(name).lookingAt()) {
            return "browser";
        }
        if (id == root) {
            return "services";
        }
        if (name.startsWith("postgres")) {
            return "postgres";
        }
        if (name.equals("java")) {
            return command.contains("quarkus-run.jar") ? "registry" : "kafka";
        }
        return "other";
    }

    private static List<Long> ids() {
        try (Stream<Path> entries = Files.list(PROC)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Long::valueOf)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static boolean marked(long id, String mark) {
        return ("\0" + read(id, "environ") + "\0").contains("\0" + mark + "\0");
    }

    /** Zero, which is no process, when it has ended. */
    private static long parent(long id) {
        var matcher = PARENT.matcher(read(id, "status"));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static String commandLine(long id) {
        return read(id, "cmdline").replace('\0', ' ').strip();
    }

    /** Empty when the process has ended, or is not ours to look into. */
    private static String read(long id, String file) {
        try {
            return new String(
                    Files.readAllBytes(PROC.resolve(Long.toString(id)).resolve(file)),
                    StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
