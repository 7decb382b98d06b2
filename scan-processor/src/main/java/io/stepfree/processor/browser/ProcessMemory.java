package io.stepfree.processor.browser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory of one process. Browsers map the same program many times over, so its proportional
 * share (PSS) is what counts; where the kernel does not tell us that, what the process has in
 * memory without the files it maps.
 *
 * @param bytes with what of it is swapped out
 * @param page whether it is the process of a page, and not one that all pages share
 */
record ProcessMemory(long pid, long bytes, boolean page) {

    private static final Path PROC = Path.of("/proc");
    private static final Pattern SHARE = Pattern.compile("(?m)^(?:Pss|SwapPss):\\s+(\\d+) kB");
    private static final Pattern OWN =
            Pattern.compile("(?m)^(?:RssAnon|RssShmem|VmSwap):\\s+(\\d+) kB");

    /** Whether this machine tells the memory of processes at all. */
    static boolean isTold() {
        return Files.isReadable(PROC.resolve("self/status"));
    }

    /** Its proportional share; empty when the process has gone. */
    static Optional<ProcessMemory> shareOf(long pid) {
        return of(pid, ProcessMemory::share);
    }

    /**
     * What it has without the files it maps, which costs next to nothing; empty when it has gone.
     */
    static Optional<ProcessMemory> ownOf(long pid) {
        return of(pid, ProcessMemory::own);
    }

    /** What the kernel tells of one process. */
    private interface Measure {

        long bytes(Path process) throws IOException;
    }

    private static Optional<ProcessMemory> of(long pid, Measure measure) {
        Path process = PROC.resolve(String.valueOf(pid));
        try {
            boolean page = read(process.resolve("cmdline")).contains("--type=renderer");
            return Optional.of(new ProcessMemory(pid, measure.bytes(process), page));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static long share(Path process) throws IOException {
        try {
            return sumOfShares(read(process.resolve("smaps_rollup")));
        } catch (IOException _) {
            // Not ours to read, or a kernel before 4.14; or the process has just gone.
            return own(process);
        }
    }

    private static long own(Path process) throws IOException {
        return sumOfOwn(read(process.resolve("status")));
    }

    static long sumOfShares(String smapsRollup) {
        return sum(SHARE, smapsRollup);
    }

    static long sumOfOwn(String status) {
        return sum(OWN, status);
    }

    private static long sum(Pattern lines, String text) {
        Matcher matcher = lines.matcher(text);
        long sum = 0;
        while (matcher.find()) {
            sum += Long.parseLong(matcher.group(1)) << 10;
        }
        return sum;
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
