package io.stepfree.load.worker;

import io.stepfree.load.measure.Benchmark;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.measure.Numbers;
import io.stepfree.load.measure.Outcome;
import io.stepfree.load.measure.Table;
import io.stepfree.load.scanner.Comparison;
import io.stepfree.load.scanner.LocalSite;
import io.stepfree.load.scanner.PageFindings;
import io.stepfree.load.scanner.Scanner;
import io.stepfree.load.scanner.Scanner.Order;
import io.stepfree.load.scanner.Scanner.Round;
import io.stepfree.load.scanner.Scanners;
import io.stepfree.load.scanner.WorkFolder;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the same real pages through a bare harness with stock axe, through this worker, and through
 * its peers, in turns, and tells what each costs and finds. The bare harness is the floor: it has
 * neither guard nor sandbox.
 */
public final class WorkerBenchmark implements Benchmark {

    private static final List<Peer> PEERS =
            List.of(new Peer.AxeCli(), new Peer.Pa11yCi(), new Peer.Kayle());
    private static final int ROUNDS = 5;
    private static final int ROUNDS_WHEN_SHORT = 2;
    private static final int PASSES = 3;
    private static final int PASSES_WHEN_SHORT = 2;
    private static final int ROUNDS_OF_PEERS = 2;
    private static final int SLOTS = 2;
    private static final int DIFFERENCES_SHOWN = 100;
    private static final double AT_MOST_THE_FLOOR = 1.0;
    private static final double AT_MOST_A_PEER = 1.0;

    /**
     * What looking several times at the same pages showed.
     *
     * @param beside the worker's findings beside those of stock axe
     * @param newNames fingerprints that the worker gave in one pass and not in the one before
     * @param goneNames fingerprints that it gave in one pass and not in the next
     * @param failedByFloor how many looks of the floor failed
     * @param failedByWorker how many looks of the worker failed
     */
    private record Looks(
            Comparison beside,
            Set<String> newNames,
            Set<String> goneNames,
            int failedByFloor,
            int failedByWorker) {}

    /** The two that live as long as the measurement, and what their rounds took. */
    private record Contest(
            Scanner floor, Scanner worker, List<Round> ofFloor, List<Round> ofWorker) {}

    @Override
    public String name() {
        return "worker";
    }

    @Override
    public String measures() {
        return "processor time a page of the worker, beside bare axe and beside its peers";
    }

    @Override
    public String needs() {
        return "Linux with a writable cgroup v2, Chromium with ChromeDriver, Node.js 20 and npm"
                + " (network once)";
    }

    @Override
    public String takes() {
        return "about 12 minutes, with --short about 2";
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        try (var folder = WorkFolder.create()) {
            var scanners = new Scanners(root, folder.path(), "wcag22aa", Scanners.WCAG22AA, SLOTS);
            try (var site = LocalSite.serve(Map.of("/", scanners.pages().resolve("node_modules")));
                    Scanner floor = scanners.floor();
                    Scanner worker = scanners.worker()) {
                List<String> urls =
                        Corpus.pages(brief).stream().map(page -> site.address("/" + page)).toList();
                output.println(
                        "%d pages of WCAG 2.2 AA, %d at once, on %d cores"
                                .formatted(
                                        urls.size(),
                                        SLOTS,
                                        Runtime.getRuntime().availableProcessors()));
                var contest = new Contest(floor, worker, new ArrayList<>(), new ArrayList<>());
                Looks looks = compare(contest, urls, brief ? PASSES_WHEN_SHORT : PASSES, output);
                var peers = new LinkedHashMap<Peer, List<PeerRun>>();
                var absent = new LinkedHashMap<String, String>();
                int rounds = brief ? ROUNDS_WHEN_SHORT : ROUNDS;
                for (int i = 0; i < rounds; i++) {
                    measure(contest, urls, i, output);
                    boolean peersToo = brief ? i == 0 : i % (rounds / ROUNDS_OF_PEERS) == 0;
                    if (peersToo && i < rounds - 1) {
                        measurePeers(root, folder.path(), urls, peers, absent, output);
                    }
                }
                return outcome(contest, looks, peers, absent, urls.size(), output);
            }
        }
    }

    /** The first pass of each is its warm-up; none of them is counted. */
    private static Looks compare(Contest contest, List<String> urls, int passes, PrintStream output)
            throws InterruptedException {
        var order = new Order(urls, Scanners.SETTLE_TIME, Scanners.MOST_NODES_PER_RULE);
        var stock = new ArrayList<Round>();
        var own = new ArrayList<Round>();
        for (int i = 0; i < passes; i++) {
            stock.add(contest.floor().round(order));
            own.add(contest.worker().round(order));
            tell(output, "warm-up and comparison " + (i + 1), stock.getLast(), own.getLast());
        }
        Comparison beside = Comparison.of(stock, own);
        // Of a page that differs from itself in the eyes of stock axe no name can stay.
        Set<String> unsteady =
                beside.unsteady().stream()
                        .map(Comparison.Difference::page)
                        .collect(Collectors.toSet());
        Set<String> before = names(own.get(own.size() - 2), unsteady);
        Set<String> after = names(own.getLast(), unsteady);
        return new Looks(
                beside, without(after, before), without(before, after), failed(stock), failed(own));
    }

    private static Set<String> without(Set<String> names, Set<String> known) {
        var left = new LinkedHashSet<>(names);
        left.removeAll(known);
        return left;
    }

    /** The fingerprints of one pass, with their pages. */
    private static Set<String> names(Round pass, Set<String> leftOut) {
        return pass.pages().stream()
                .filter(page -> !leftOut.contains(page.url()))
                .flatMap(page ->
                        page.fingerprints().stream()
                                .map(fingerprint -> page.url() + " " + fingerprint))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** One goes first as often as the other. */
    private static void measure(Contest contest, List<String> urls, int index, PrintStream output)
            throws InterruptedException {
        var order = new Order(urls, Duration.ZERO, Scanners.NODES_PER_RULE);
        if (index % 2 == 0) {
            contest.ofFloor().add(contest.floor().round(order));
            contest.ofWorker().add(contest.worker().round(order));
        } else {
            contest.ofWorker().add(contest.worker().round(order));
            contest.ofFloor().add(contest.floor().round(order));
        }
        tell(
                output,
                "round " + (index + 1),
                contest.ofFloor().getLast(),
                contest.ofWorker().getLast());
    }

    private static void measurePeers(
            Path root,
            Path folder,
            List<String> urls,
            Map<Peer, List<PeerRun>> peers,
            Map<String, String> absent,
            PrintStream output)
            throws InterruptedException {
        for (Peer peer : PEERS) {
            if (absent.containsKey(peer.name())) {
                continue;
            }
            try {
                PeerRun run = PeerRun.of(peer, root, folder, urls, Scanners.WCAG22AA);
                peers.computeIfAbsent(peer, _ -> new ArrayList<>()).add(run);
                output.println(
                        "%s: %s s a page"
                                .formatted(
                                        peer.name(),
                                        Numbers.text(run.processorSecondsPerPage(), 3)));
            } catch (MeasurementException e) {
                absent.put(peer.name(), String.valueOf(e.getMessage()));
            }
            output.flush();
        }
    }

    private static void tell(PrintStream output, String what, Round floor, Round worker) {
        output.println(
                "%s: bare axe %s, worker %s s a page"
                        .formatted(
                                what,
                                Numbers.text(floor.processorSecondsPerPage(), 3),
                                Numbers.text(worker.processorSecondsPerPage(), 3)));
        output.flush();
    }

    private static Outcome outcome(
            Contest contest,
            Looks looks,
            Map<Peer, List<PeerRun>> peers,
            Map<String, String> absent,
            int pages,
            PrintStream output) {
        Comparison comparison = looks.beside();
        double floor = median(contest.ofFloor(), Round::processorSecondsPerPage);
        double worker = median(contest.ofWorker(), Round::processorSecondsPerPage);
        List<Double> ratios = ratios(contest.ofFloor(), contest.ofWorker());
        print(contest, peers, floor, output);
        printDifferences(comparison, output);
        output.println(
                "Scanned twice: %d new fingerprints, %d gone"
                        .formatted(looks.newNames().size(), looks.goneNames().size()));
        looks.newNames().forEach(name -> output.println("  new " + name));
        looks.goneNames().forEach(name -> output.println("  gone " + name));
        absent.forEach((peer, why) -> output.println(peer + " did not run: " + why));
        printFailures(contest, output);

        var figures = new LinkedHashMap<String, Object>();
        figures.put("pages", pages);
        figures.put("floorProcessorSecondsPerPage", Numbers.rounded(floor));
        figures.put("workerProcessorSecondsPerPage", Numbers.rounded(worker));
        figures.put("workerToFloorRatios", ratios.stream().map(Numbers::rounded).toList());
        figures.put("workerToFloor", Numbers.rounded(Numbers.median(ratios)));
        figures.put(
                "floorPagesPerSecond",
                Numbers.rounded(median(contest.ofFloor(), Round::pagesPerSecond)));
        figures.put(
                "workerPagesPerSecond",
                Numbers.rounded(median(contest.ofWorker(), Round::pagesPerSecond)));
        figures.put("floorPeakMegabytes", peak(contest.ofFloor()));
        figures.put("workerPeakMegabytes", peak(contest.ofWorker()));
        figures.put("floorFailedPages", failed(contest.ofFloor()) + looks.failedByFloor());
        figures.put("workerFailedPages", failed(contest.ofWorker()) + looks.failedByWorker());
        figures.put("workerViolations", violations(contest.ofWorker()));
        figures.put("workerNeedsReview", needsReview(contest.ofWorker()));
        figures.put("missingFindings", comparison.missing().size());
        figures.put("addedFindings", comparison.added().size());
        figures.put("differences", comparison.differences());
        figures.put("unsteadyFindings", comparison.unsteady().size());
        figures.put("newFingerprints", looks.newNames().size());
        figures.put("goneFingerprints", looks.goneNames().size());
        var bounds =
                new ArrayList<>(
                        List.of(
                                new Outcome.Bound("workerToFloor", AT_MOST_THE_FLOOR),
                                new Outcome.Bound("workerFailedPages", 0),
                                new Outcome.Bound("floorFailedPages", 0),
                                new Outcome.Bound("differences", 0),
                                new Outcome.Bound("newFingerprints", 0),
                                new Outcome.Bound("goneFingerprints", 0)));
        peers.forEach((peer, runs) -> {
            double cost =
                    Numbers.median(runs.stream().map(PeerRun::processorSecondsPerPage).toList());
            String name = capitalised(peer.name());
            figures.put("processorSecondsPerPageOf" + name, Numbers.rounded(cost));
            figures.put("workerTo" + name, Numbers.rounded(worker / cost));
            bounds.add(new Outcome.Bound("workerTo" + name, AT_MOST_A_PEER));
        });
        figures.put("peersThatDidNotRun", List.copyOf(absent.keySet()));
        return new Outcome("worker", figures, bounds);
    }

    private static void print(
            Contest contest, Map<Peer, List<PeerRun>> peers, double floor, PrintStream output) {
        var table =
                new Table(
                        "who",
                        "CPU s/page",
                        "÷ floor",
                        "pages/s",
                        "peak MB",
                        "failed",
                        "violations",
                        "needs review",
                        "axe-core");
        add(table, "floor: bare axe", contest.ofFloor(), floor);
        add(table, "worker", contest.ofWorker(), floor);
        peers.forEach((peer, runs) -> {
            double cost =
                    Numbers.median(runs.stream().map(PeerRun::processorSecondsPerPage).toList());
            Peer.Findings found = runs.getLast().findings();
            table.row(
                    peer.name(),
                    Numbers.text(cost, 3),
                    Numbers.text(cost / floor, 2),
                    Numbers.text(
                            Numbers.median(runs.stream().map(PeerRun::pagesPerSecond).toList()), 2),
                    Numbers.text(
                            Numbers.megabytes(
                                    runs.stream().mapToLong(PeerRun::peakBytes).max().orElse(0)),
                            0),
                    Integer.toString(found.failed()),
                    Integer.toString(found.violations()),
                    found.needsReview() < 0 ? "-" : Integer.toString(found.needsReview()),
                    runs.getLast().engine());
        });
        output.println();
        output.println(table.text());
        output.println();
    }

    private static void add(Table table, String who, List<Round> rounds, double floor) {
        double cost = median(rounds, Round::processorSecondsPerPage);
        table.row(
                who,
                Numbers.text(cost, 3),
                Numbers.text(cost / floor, 2),
                Numbers.text(median(rounds, Round::pagesPerSecond), 2),
                Numbers.text(peak(rounds), 0),
                Integer.toString(failed(rounds)),
                Integer.toString(violations(rounds)),
                Integer.toString(needsReview(rounds)),
                rounds.getLast().pages().getFirst().engine());
    }

    private static void printDifferences(Comparison comparison, PrintStream output) {
        output.println(
                "Beside stock axe, element by element: %d missing, %d added (%d that stock axe itself finds only sometimes)"
                        .formatted(
                                comparison.missing().size(),
                                comparison.added().size(),
                                comparison.unsteady().size()));
        Stream.of(
                        lines("missing", comparison.missing()),
                        lines("added", comparison.added()),
                        lines("unsteady", comparison.unsteady()))
                .flatMap(lines -> lines)
                .forEach(output::println);
    }

    private static Stream<String> lines(String what, List<Comparison.Difference> differences) {
        Stream<String> shown =
                differences.stream()
                        .limit(DIFFERENCES_SHOWN)
                        .map(difference -> "  %s %s".formatted(what, difference));
        int more = differences.size() - DIFFERENCES_SHOWN;
        return more <= 0 ? shown : Stream.concat(shown, Stream.of("  and %d more".formatted(more)));
    }

    private static void printFailures(Contest contest, PrintStream output) {
        Stream.concat(contest.ofFloor().stream(), contest.ofWorker().stream())
                .flatMap(round -> round.failed().stream())
                .map(page -> "failed: %s: %s".formatted(page.url(), page.failure()))
                .distinct()
                .forEach(output::println);
    }

    /** As the part of a figure's name: axe-cli is AxeCli. */
    static String capitalised(String name) {
        return Stream.of(name.split("-"))
                .map(part -> part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1))
                .collect(Collectors.joining());
    }

    /** Round by round, because both ran at the same time of the machine's day. */
    static List<Double> ratios(List<Round> floor, List<Round> worker) {
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < floor.size(); i++) {
            ratios.add(
                    worker.get(i).processorSecondsPerPage()
                            / floor.get(i).processorSecondsPerPage());
        }
        return ratios;
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Numbers.median(rounds.stream().map(figure::applyAsDouble).toList());
    }

    private static double peak(List<Round> rounds) {
        return Numbers.megabytes(rounds.stream().mapToLong(Round::peakBytes).max().orElse(0));
    }

    private static int failed(List<Round> rounds) {
        return rounds.stream().mapToInt(round -> round.failed().size()).sum();
    }

    private static int violations(List<Round> rounds) {
        return rounds.getLast().pages().stream().mapToInt(PageFindings::violations).sum();
    }

    private static int needsReview(List<Round> rounds) {
        return rounds.getLast().pages().stream().mapToInt(PageFindings::needsReview).sum();
    }
}
