package io.stepfree.load.startup;

import io.stepfree.load.measure.Benchmark;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.measure.Outcome;
import io.stepfree.load.startup.Processes.Footprint;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Starts {@code ./stepfree up} on an empty data folder and then again and again on the same one.
 * Ready is when it says so, its health is good, and it has accepted a scan. Memory is taken after
 * that scan, when everything has worked once: the proportional set size of every process, the
 * browser's apart.
 */
public final class StartupBenchmark implements Benchmark {

    private static final double READY_SECONDS = 15;
    private static final double MEMORY_MEGABYTES = 1_200;
    private static final int WARM_STARTS = 5;
    private static final int WARM_STARTS_WHEN_SHORT = 2;
    private static final int MEMORY_SAMPLES = 5;
    private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(1);
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(30);

    /**
     * One start.
     *
     * @param ready the time from the start until it was ready
     * @param firstReport the time from the start until the report of the first scan was there
     * @param stopped how long it took to stop
     * @param bytes what each part took when all of them took most
     */
    private record Start(
            Duration ready, Duration firstReport, Duration stopped, Map<String, Long> bytes) {

        long withoutBrowser() {
            return StartupBenchmark.withoutBrowser(bytes);
        }

        long part(String name) {
            return bytes.getOrDefault(name, 0L);
        }
    }

    @Override
    public String name() {
        return "startup";
    }

    @Override
    public String measures() {
        return "how soon ./stepfree up is ready, and its memory without the browser";
    }

    @Override
    public String needs() {
        return "Linux, Chromium with ChromeDriver (installed when missing)";
    }

    @Override
    public String takes() {
        return "about 3 minutes, with --short about 1.5";
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        build(root);
        output.println(
                "./stepfree up on %d cores with %,d MB of memory, Java %s"
                        .formatted(
                                Runtime.getRuntime().availableProcessors(),
                                memoryOfMachine() / 1_000_000,
                                Runtime.version()));
        output.println();
        output.println(
                "             ready  1st report    stop   memory: services   kafka  registry "
                        + " postgres  other  |   sum  | browser");
        Path folder = temporaryFolder();
        var removal = new Thread(() -> delete(folder));
        Runtime.getRuntime().addShutdownHook(removal);
        try (var page = TestPage.serve()) {
            Path home = folder.resolve("home");
            Start cold = start(root, home, page);
            print("cold", cold, output);
            var warm = new ArrayList<Start>();
            for (int i = 1; i <= (brief ? WARM_STARTS_WHEN_SHORT : WARM_STARTS); i++) {
                Start start = start(root, home, page);
                print("warm " + i, start, output);
                warm.add(start);
            }
            return outcome(cold, warm);
        } catch (MeasurementException e) {
            throw withLogs(e, folder.resolve("home/logs"));
        } finally {
            delete(folder);
            Runtime.getRuntime().removeShutdownHook(removal);
        }
    }

    private static Start start(Path root, Path home, TestPage page) throws InterruptedException {
        try (var stepfree = RunningStepfree.start(root, home, page.hostAndPort())) {
            // Should we be told to end, it must not outlive us.
            var hook = new Thread(stepfree::close);
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                RunningStepfree.Ready ready = stepfree.awaitReady(page.address());
                Duration report = stepfree.awaitReport(ready.scanId());
                Map<String, Long> bytes = Map.of();
                for (int i = 0; i < MEMORY_SAMPLES; i++) {
                    Thread.sleep(BETWEEN_SAMPLES);
                    Map<String, Long> sample = byPart(stepfree.footprints());
                    bytes = withoutBrowser(sample) > withoutBrowser(bytes) ? sample : bytes;
                }
                return new Start(ready.after(), report, stepfree.stop(), bytes);
            } finally {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    /** The logs are all that tells why: they are kept, and the message says where. */
    private static MeasurementException withLogs(MeasurementException failure, Path logs) {
        if (!Files.isDirectory(logs)) {
            return failure;
        }
        try {
            Path kept = Files.createTempDirectory("stepfree-load-logs-").resolve("logs");
            Files.move(logs, kept);
            return new MeasurementException(
                    "%s\nIts logs are kept in %s.".formatted(failure.getMessage(), kept), failure);
        } catch (IOException e) {
            failure.addSuppressed(e);
            return failure;
        }
    }

    private static Outcome outcome(Start cold, List<Start> warm) {
        var figures = new LinkedHashMap<String, Object>();
        figures.put("coldReadySeconds", seconds(cold.ready()));
        figures.put(
                "warmReadySeconds", warm.stream().map(start -> seconds(start.ready())).toList());
        figures.put(
                "warmReadyMedianSeconds",
                median(warm.stream().map(start -> seconds(start.ready()))));
        figures.put(
                "warmFirstReportMedianSeconds",
                median(warm.stream().map(start -> seconds(start.firstReport()))));
        figures.put(
                "stopMedianSeconds", median(warm.stream().map(start -> seconds(start.stopped()))));
        figures.put(
                "memoryMegabytes",
                Stream.concat(Stream.of(cold), warm.stream())
                        .mapToDouble(start -> megabytes(start.withoutBrowser()))
                        .max()
                        .orElseThrow());
        figures.put(
                "browserMegabytes",
                warm.stream()
                        .mapToDouble(start -> megabytes(start.part("browser")))
                        .max()
                        .orElse(0));
        return new Outcome(
                "startup",
                figures,
                List.of(
                        new Outcome.Bound("warmReadyMedianSeconds", READY_SECONDS),
                        new Outcome.Bound("memoryMegabytes", MEMORY_MEGABYTES)));
    }

    private static void print(String name, Start start, PrintStream output) {
        output.println(
                String.format(
                        Locale.ROOT,
                        "%-10s %5.1f s  %8.1f s  %4.1f s  %15.0f  %6.0f  %8.0f  %8.0f  %5.0f  |"
                                + " %5.0f  | %7.0f MB",
                        name,
                        seconds(start.ready()),
                        seconds(start.firstReport()),
                        seconds(start.stopped()),
                        megabytes(start.part("services")),
                        megabytes(start.part("kafka")),
                        megabytes(start.part("registry")),
                        megabytes(start.part("postgres")),
                        megabytes(start.part("other")),
                        megabytes(start.withoutBrowser()),
                        megabytes(start.part("browser"))));
        output.flush();
    }

    /** Has everything built, so that no start is measured that builds. */
    private static void build(Path root) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(root.resolve("stepfree").toString(), "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            if (!process.waitFor(BUILD_LIMIT) || process.exitValue() != 0) {
                process.destroy();
                throw new MeasurementException("`./stepfree --version` failed; see above.");
            }
        } catch (IOException e) {
            throw new MeasurementException("./stepfree cannot be started (%s).".formatted(e), e);
        }
    }

    private static Map<String, Long> byPart(List<Footprint> footprints) {
        var bytes = new TreeMap<String, Long>();
        footprints.forEach(
                footprint -> bytes.merge(footprint.part(), footprint.bytes(), Long::sum));
        return bytes;
    }

    private static long withoutBrowser(Map<String, Long> bytes) {
        return bytes.entrySet().stream()
                .filter(part -> !part.getKey().equals("browser"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    static double median(Stream<Double> values) {
        List<Double> sorted = values.sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : rounded((sorted.get(middle - 1) + sorted.get(middle)) / 2);
    }

    private static double seconds(Duration duration) {
        return rounded(duration.toMillis() / 1_000.0);
    }

    /** Of a million bytes each. */
    private static double megabytes(long bytes) {
        return rounded(bytes / 1_000_000.0);
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }

    private static long memoryOfMachine() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemTotal:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new MeasurementException("There is no /proc/meminfo: this measures on Linux.", e);
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("stepfree-load-").toRealPath();
        } catch (IOException e) {
            throw new MeasurementException("No temporary folder can be made (%s).".formatted(e), e);
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
