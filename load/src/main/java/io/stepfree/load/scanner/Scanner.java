package io.stepfree.load.scanner;

import io.stepfree.load.measure.MeasurementException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A scanner in a process of its own, with all that it starts in one {@link ProcessGroup}. It is
 * told rounds in lines of JSON and answers in lines of JSON. Whoever starts one must close it. Not
 * thread-safe.
 */
public final class Scanner implements AutoCloseable {

    private static final Duration MEMORY_PAUSE = Duration.ofMillis(500);
    private static final Duration END_LIMIT = Duration.ofSeconds(30);

    private final String name;
    private final Process process;
    private final ProcessGroup group;
    private final BufferedReader answers;

    private Scanner(String name, Process process, ProcessGroup group) {
        this.name = name;
        this.process = process;
        this.group = group;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * One round over some pages.
     *
     * @param processorTime what the whole tree used in it
     * @param took the time on the clock
     * @param peakBytes the most memory that was seen, of the whole tree
     */
    public record Round(
            List<PageFindings> pages, Duration processorTime, Duration took, long peakBytes) {

        public Round {
            pages = List.copyOf(pages);
        }

        public double processorSecondsPerPage() {
            return processorTime.toNanos() / 1e9 / pages.size();
        }

        public double pagesPerSecond() {
            return pages.size() / (took.toNanos() / 1e9);
        }

        public List<PageFindings> failed() {
            return pages.stream().filter(page -> page.failure() != null).toList();
        }
    }

    /**
     * What a round is to be.
     *
     * @param settle how long a page is left alone once it has loaded, where the scanner does not
     *     decide that itself
     * @param nodesPerRule how many elements of each rule are told at most, where the scanner has
     *     such a limit
     */
    public record Order(List<String> urls, Duration settle, int nodesPerRule) {

        public Order {
            urls = List.copyOf(urls);
        }
    }

    /** What a Java virtual machine says of itself. */
    public record Gauge(long heapBytes, int threads) {}

    /**
     * Starts one and waits until it is ready.
     *
     * @param temporary where its temporary files go
     * @param errors where its error output goes
     */
    static Scanner start(String name, List<String> command, Path temporary, Path errors) {
        ProcessGroup group = ProcessGroup.create();
        try {
            var builder =
                    new ProcessBuilder(group.joined(command))
                            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
            // What it leaves when it is killed goes with the measurement's own folder.
            builder.environment().put("TMPDIR", temporary.toString());
            Process process = builder.start();
            var scanner = new Scanner(name, process, group);
            scanner.answersUntilDone(errors);
            return scanner;
        } catch (IOException e) {
            group.close();
            throw new MeasurementException("%s cannot be started (%s).".formatted(name, e), e);
        } catch (MeasurementException e) {
            group.close();
            throw e;
        }
    }

    public long pid() {
        return process.pid();
    }

    public ProcessGroup group() {
        return group;
    }

    /** Scans these pages and says what that took. */
    public Round round(Order order) throws InterruptedException {
        var peak = new PeakMemory(group);
        Thread sampler = Thread.ofVirtual().name("memory-of-" + name).start(peak);
        Duration before = group.processorTime();
        long begun = System.nanoTime();
        List<JsonNode> lines =
                ask(
                        Map.of(
                                "urls",
                                order.urls(),
                                "settleMillis",
                                order.settle().toMillis(),
                                "nodesPerRule",
                                order.nodesPerRule()));
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        Duration used = group.processorTime().minus(before);
        sampler.interrupt();
        sampler.join();
        if (lines.size() != order.urls().size()) {
            throw new MeasurementException(
                    "%s answered for %d of %d pages."
                            .formatted(name, lines.size(), order.urls().size()));
        }
        requireWholeTree();
        return new Round(lines.stream().map(PageFindings::of).toList(), used, took, peak.bytes());
    }

    /** Has it collect its garbage, and asks what is left. */
    public Gauge gauge() {
        JsonNode line = ask(Map.of("gauge", true)).getFirst();
        return new Gauge(line.path("heapBytes").asLong(), line.path("threads").asInt());
    }

    /** Asks something that is no round; returns the one line of the answer. */
    public JsonNode question(String name) {
        return ask(Map.of(name, true)).getFirst();
    }

    /**
     * Tells it to end and waits until all that it has started is gone.
     *
     * @return what is still there; it is killed by {@link #close()}
     */
    public Set<Long> end() throws InterruptedException {
        try {
            process.getOutputStream().close();
        } catch (IOException _) {
            // It has ended by itself.
        }
        process.waitFor(END_LIMIT);
        return group.awaitEmpty();
    }

    @Override
    public void close() {
        try {
            end();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            group.close();
        }
    }

    private List<JsonNode> ask(Map<String, Object> question) {
        try {
            process.getOutputStream()
                    .write(
                            (JsonMapper.shared().writeValueAsString(question) + "\n")
                                    .getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return answersUntilDone(null);
        } catch (IOException e) {
            throw new MeasurementException("%s has ended (%s).".formatted(name, e), e);
        }
    }

    private List<JsonNode> answersUntilDone(@org.jspecify.annotations.Nullable Path errors)
            throws IOException {
        var lines = new ArrayList<JsonNode>();
        String line;
        while ((line = answers.readLine()) != null) {
            JsonNode node = JsonMapper.shared().readTree(line);
            if (node.path("done").asBoolean(false)) {
                return lines;
            }
            lines.add(node);
        }
        throw new MeasurementException(
                "%s ended instead of answering%s"
                        .formatted(name, errors == null ? "." : "; see " + errors + "."));
    }

    /** A figure that leaves a process out is worse than none. */
    private void requireWholeTree() {
        process.descendants()
                .filter(descendant -> !group.holds(descendant.pid()))
                .filter(ProcessHandle::isAlive)
                .findFirst()
                .ifPresent(descendant -> {
                    throw new MeasurementException(
                            "Process %d of %s has left its control group: its processor time would not be counted."
                                    .formatted(descendant.pid(), name));
                });
    }

    /** Looks at the memory again and again until it is interrupted. */
    private static final class PeakMemory implements Runnable {

        private final ProcessGroup group;
        private volatile long bytes;

        PeakMemory(ProcessGroup group) {
            this.group = group;
        }

        long bytes() {
            return bytes;
        }

        @Override
        public void run() {
            try {
                while (true) {
                    bytes = Math.max(bytes, group.bytes());
                    Thread.sleep(MEMORY_PAUSE);
                }
            } catch (InterruptedException _) {
                // The round is over.
            }
        }
    }
}
