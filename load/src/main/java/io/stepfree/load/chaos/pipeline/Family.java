package io.stepfree.load.chaos.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the processes of one run, also those that were let go of: their command line or environment
 * names the run's folder, or they descend from one whose does. Linux only (/proc).
 */
public final class Family {

    private static final Path PROC = Path.of("/proc");
    private static final Pattern PARENT = Pattern.compile("(?m)^PPid:\\s+(\\d+)$");
    private static final Pattern STATE = Pattern.compile("(?m)^State:\\s+(\\S)");

    private Family() {}

    /** The ids of all that belong to this folder, without our own process. */
    public static Set<Long> of(Path folder) {
        List<Long> all = ids();
        Set<Long> members = new HashSet<>();
        all.stream()
                .filter(id ->
                        read(id, "cmdline").contains(folder.toString())
                                || read(id, "environ").contains(folder.toString()))
                .forEach(members::add);
        members.remove(ProcessHandle.current().pid());
        boolean grown = true;
        while (grown) {
            grown = false;
            for (long id : all) {
                if (!members.contains(id) && members.contains(parent(id))) {
                    grown = members.add(id);
                }
            }
        }
        members.removeIf(id -> !runs(id));
        return members;
    }

    /** The command line of a process, shortened, for messages. */
    public static String describe(long id) {
        String command = read(id, "cmdline").replace('\0', ' ').strip();
        return "%d %s".formatted(id, command.length() > 160 ? command.substring(0, 160) : command);
    }

    /** The name of the program that a process runs, and its arguments. */
    public static List<String> command(long id) {
        return List.of(read(id, "cmdline").split("\0"));
    }

    /** Whether it runs; one that has ended and was not waited for does not. */
    public static boolean runs(long id) {
        var state = STATE.matcher(read(id, "status"));
        return state.find() && !state.group(1).equals("Z");
    }

    /** Whether it was stopped by a signal, SIGSTOP say, and was not let go on. */
    public static boolean isStopped(long id) {
        var state = STATE.matcher(read(id, "status"));
        return state.find() && state.group(1).equals("T");
    }

    private static List<Long> ids() {
        try (Stream<Path> entries = Files.list(PROC)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Long::valueOf)
                    .toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    private static long parent(long id) {
        var matcher = PARENT.matcher(read(id, "status"));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static String read(long id, String file) {
        try {
            return new String(
                    Files.readAllBytes(PROC.resolve(Long.toString(id)).resolve(file)),
                    StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return "";
        }
    }
}
