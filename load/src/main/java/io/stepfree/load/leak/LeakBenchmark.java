package io.stepfree.load.leak;

import io.stepfree.load.measure.Benchmark;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.measure.Numbers;
import io.stepfree.load.measure.Outcome;
import io.stepfree.load.measure.Table;
import io.stepfree.load.scanner.LocalSite;
import io.stepfree.load.scanner.Scanner;
import io.stepfree.load.scanner.Scanner.Order;
import io.stepfree.load.scanner.Scanners;
import io.stepfree.load.scanner.WorkFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Has one worker scan a thousand pages and looks, every twenty, at all that could pile up: the heap
 * in use after a collection, the memory of the whole tree, open files, threads, processes,
 * temporary folders. In the end the worker is told to stop, and nothing may be left.
 */
public final class LeakBenchmark implements Benchmark {

    private static final int SCANS = 1_000;
    private static final int SCANS_WHEN_SHORT = 60;
    private static final int SCANS_PER_SAMPLE = 20;
    private static final int SCANS_PER_SAMPLE_WHEN_SHORT = 10;

    /** So that what is made once, on first use, is no growth. */
    private static final int WARM_UP = 40;

    private static final int SLOTS = 2;
    private static final double HEAP_GROWTH_MEGABYTES = 5;

    private static final List<String> PAGES =
            List.of(
                    "html5-boilerplate/dist/index.html",
                    "admin-lte/pages/examples/login-v2.html",
                    "startbootstrap-sb-admin/dist/login.html",
                    "startbootstrap-sb-admin-2/register.html",
                    "startbootstrap-clean-blog/dist/post.html",
                    "startbootstrap-modern-business/dist/contact.html",
                    "startbootstrap-grayscale/dist/index.html",
                    "startbootstrap-landing-page/dist/index.html",
                    "startbootstrap-creative/dist/index.html",
                    "admin-lte/starter.html");

    /**
     * The worker after so many scans.
     *
     * @param treeBytes the memory of all its processes
     * @param heapBytes its heap in use, after a collection
     * @param files the files and sockets that its Java virtual machine has open
     * @param folders what lies in its temporary folder
     */
    private record Sample(
            int scans,
            long treeBytes,
            long heapBytes,
            int files,
            int threads,
            int processes,
            int folders) {}

    @Override
    public String name() {
        return "leak";
    }

    @Override
    public String measures() {
        return "what grows while one worker scans 1,000 pages";
    }

    @Override
    public String needs() {
        return "Linux with a writable cgroup v2, Chromium with ChromeDriver, Node.js 20 and npm"
                + " (network once)";
    }

    @Override
    public String takes() {
        return "about 15 minutes, with --short about 2";
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        try (var folder = WorkFolder.create()) {
            var scanners = new Scanners(root, folder.path(), "wcag22aa", Scanners.WCAG22AA, SLOTS);
            try (var site = LocalSite.serve(Map.of("/", scanners.pages().resolve("node_modules")));
                    Scanner worker = scanners.worker()) {
                List<String> urls = PAGES.stream().map(page -> site.address("/" + page)).toList();
                int failed = scan(worker, urls, WARM_UP, 0);
                var samples = new ArrayList<Sample>();
                samples.add(sample(worker, scanners.temporaryFolder(), 0));
                int step = brief ? SCANS_PER_SAMPLE_WHEN_SHORT : SCANS_PER_SAMPLE;
                int scans = brief ? SCANS_WHEN_SHORT : SCANS;
                for (int done = step; done <= scans; done += step) {
                    failed += scan(worker, urls, step, done);
                    samples.add(sample(worker, scanners.temporaryFolder(), done));
                    if (done % (step * 5) == 0) {
                        output.println("%d of %d scans".formatted(done, scans));
                        output.flush();
                    }
                }
                Set<Long> left = worker.end();
                int foldersLeft = entries(scanners.temporaryFolder());
                print(samples, output);
                return outcome(samples, failed, left.size(), foldersLeft);
            }
        }
    }

    /** Returns how many failed. */
    private static int scan(Scanner worker, List<String> urls, int count, int offset)
            throws InterruptedException {
        var pages = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            pages.add(urls.get((offset + i) % urls.size()));
        }
        return worker.round(new Order(pages, Duration.ZERO, Scanners.NODES_PER_RULE))
                .failed()
                .size();
    }

    private static Sample sample(Scanner worker, Path temporary, int scans) {
        Scanner.Gauge gauge = worker.gauge();
        return new Sample(
                scans,
                worker.group().bytes(),
                gauge.heapBytes(),
                entries(Path.of("/proc", Long.toString(worker.pid()), "fd")),
                gauge.threads(),
                worker.group().members().size(),
                entries(temporary));
    }

    private static int entries(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return (int) all.count();
        } catch (IOException e) {
            throw new MeasurementException("%s cannot be read (%s).".formatted(folder, e), e);
        }
    }

    private static Outcome outcome(
            List<Sample> samples, int failed, int processesLeft, int foldersLeft) {
        Slope heap = slope(samples, Sample::heapBytes);
        Slope tree = slope(samples, Sample::treeBytes);
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        var figures = new LinkedHashMap<String, Object>();
        figures.put("scans", last.scans());
        figures.put("failedScans", failed);
        figures.put("heapBytesPerScan", Numbers.rounded(heap.perScan()));
        figures.put("heapBytesPerScanTolerance", Numbers.rounded(heap.tolerance()));
        // Above zero only when chance does not explain the growth.
        figures.put("heapGrowthBytesPerScanForSure", Numbers.rounded(sureGrowth(heap)));
        figures.put("heapGrowthMegabytes", Numbers.megabytes(last.heapBytes() - first.heapBytes()));
        figures.put("heapFirstMegabytes", Numbers.megabytes(first.heapBytes()));
        figures.put("heapLastMegabytes", Numbers.megabytes(last.heapBytes()));
        figures.put("treeFirstMegabytes", Numbers.megabytes(first.treeBytes()));
        figures.put("treeLastMegabytes", Numbers.megabytes(last.treeBytes()));
        figures.put(
                "treePeakMegabytes",
                Numbers.megabytes(samples.stream().mapToLong(Sample::treeBytes).max().orElse(0)));
        figures.put("treeBytesPerScan", Numbers.rounded(tree.perScan()));
        figures.put("treeBytesPerScanTolerance", Numbers.rounded(tree.tolerance()));
        figures.put(
                "openFilesGrowthForSure",
                Numbers.rounded(sureGrowth(slope(samples, Sample::files))));
        figures.put(
                "threadsGrowthForSure",
                Numbers.rounded(sureGrowth(slope(samples, Sample::threads))));
        figures.put(
                "processesGrowthForSure",
                Numbers.rounded(sureGrowth(slope(samples, Sample::processes))));
        figures.put("openFilesFirst", first.files());
        figures.put("openFilesLast", last.files());
        figures.put("threadsFirst", first.threads());
        figures.put("threadsLast", last.threads());
        figures.put("processesFirst", first.processes());
        figures.put("processesLast", last.processes());
        figures.put("processesLeft", processesLeft);
        figures.put("foldersLeft", foldersLeft);
        return new Outcome(
                "leak",
                figures,
                List.of(
                        new Outcome.Bound("heapGrowthBytesPerScanForSure", 0),
                        new Outcome.Bound("heapGrowthMegabytes", HEAP_GROWTH_MEGABYTES),
                        new Outcome.Bound("failedScans", 0),
                        new Outcome.Bound("openFilesGrowthForSure", 0),
                        new Outcome.Bound("threadsGrowthForSure", 0),
                        new Outcome.Bound("processesGrowthForSure", 0),
                        new Outcome.Bound("processesLeft", 0),
                        new Outcome.Bound("foldersLeft", 0)));
    }

    private static double sureGrowth(Slope slope) {
        return slope.grows() ? slope.perScan() - slope.tolerance() : 0;
    }

    private static Slope slope(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        return Slope.through(
                samples.stream()
                        .map(sample ->
                                new Slope.Point(sample.scans(), figure.applyAsDouble(sample)))
                        .toList());
    }

    private static void print(List<Sample> samples, PrintStream output) {
        var table =
                new Table(
                        "scans",
                        "heap MB",
                        "tree MB",
                        "open files",
                        "threads",
                        "processes",
                        "temporary folders");
        // A table of fifty rows is read by nobody; the lines below show them all.
        int every = Math.max(1, (samples.size() - 1) / 10);
        for (int i = 0; i < samples.size(); i += every) {
            Sample sample = samples.get(i);
            table.row(
                    Integer.toString(sample.scans()),
                    Numbers.text(sample.heapBytes() / 1e6, 2),
                    Numbers.text(sample.treeBytes() / 1e6, 0),
                    Integer.toString(sample.files()),
                    Integer.toString(sample.threads()),
                    Integer.toString(sample.processes()),
                    Integer.toString(sample.folders()));
        }
        Slope heap = slope(samples, Sample::heapBytes);
        output.println();
        output.println(table.text());
        output.println();
        output.println(plot("heap", "MB", samples, sample -> sample.heapBytes() / 1e6));
        output.println(plot("tree", "MB", samples, sample -> sample.treeBytes() / 1e6));
        output.println(plot("open files", "", samples, Sample::files));
        output.println(plot("threads", "", samples, Sample::threads));
        output.println(plot("processes", "", samples, Sample::processes));
        output.println();
        output.println(
                "The heap changes by %s ± %s bytes a scan (least squares, 95 %%): %s."
                        .formatted(
                                Numbers.text(heap.perScan(), 0),
                                Numbers.text(heap.tolerance(), 0),
                                heap.grows()
                                        ? "it grows, and not by chance"
                                        : "no growth beyond chance"));
    }

    private static String plot(
            String name, String unit, List<Sample> samples, ToDoubleFunction<Sample> figure) {
        return Plot.of(name, unit, samples.stream().map(figure::applyAsDouble).toList());
    }
}
