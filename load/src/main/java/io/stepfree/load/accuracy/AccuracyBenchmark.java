package io.stepfree.load.accuracy;

import io.stepfree.load.accuracy.Verdicts.Score;
import io.stepfree.load.measure.Benchmark;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.measure.Outcome;
import io.stepfree.load.scanner.Comparison;
import io.stepfree.load.scanner.LocalSite;
import io.stepfree.load.scanner.PageFindings;
import io.stepfree.load.scanner.Scanner;
import io.stepfree.load.scanner.Scanner.Order;
import io.stepfree.load.scanner.Scanner.Round;
import io.stepfree.load.scanner.Scanners;
import io.stepfree.load.scanner.WorkFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Runs the W3C's test cases of the ACT rules through the worker and through bare stock axe, and
 * writes {@code docs/accuracy.md}. The worker must find as much and flag no more wrongly.
 */
public final class AccuracyBenchmark implements Benchmark {

    private static final String CASES = "--cases";
    private static final int SLOTS = 2;
    private static final int LOOKS_MORE = 2;

    private final @Nullable Path folder;

    public AccuracyBenchmark() {
        this(null);
    }

    private AccuracyBenchmark(@Nullable Path folder) {
        this.folder = folder;
    }

    @Override
    public String name() {
        return "accuracy";
    }

    @Override
    public String measures() {
        return "what the worker finds and wrongly flags of the W3C's ACT test cases, beside bare axe";
    }

    @Override
    public String needs() {
        return "as worker, and --cases FOLDER with the test cases (see docs/accuracy.md)";
    }

    @Override
    public String takes() {
        return "about 5 minutes for 500 cases, with --short (every sixth, into load/target) about 1";
    }

    @Override
    public Set<String> options() {
        return Set.of(CASES);
    }

    @Override
    public Benchmark with(Map<String, String> options) {
        String value = options.get(CASES);
        return value == null ? this : new AccuracyBenchmark(Path.of(value));
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        if (folder == null) {
            throw new MeasurementException(
                    "Say where the test cases are: load/run accuracy --cases FOLDER, a folder with expected.json and the pages under wcag-act-rules/ (docs/accuracy.md says where they come from).");
        }
        Cases cases = Cases.in(folder);
        List<Cases.Case> chosen = cases.some(brief);
        try (var work = WorkFolder.create();
                var site = LocalSite.serve(cases.site())) {
            var scanners =
                    new Scanners(root, work.path(), "best-practice", Scanners.BEST_PRACTICE, SLOTS);
            Map<String, Cases.Case> byUrl = new LinkedHashMap<>();
            chosen.forEach(each -> byUrl.put(site.address(each.path()), each));
            var order =
                    new Order(
                            List.copyOf(byUrl.keySet()),
                            Scanners.SETTLE_TIME,
                            Scanners.MOST_NODES_PER_RULE);
            output.println("%d cases, first bare axe, then the worker".formatted(chosen.size()));
            output.flush();
            try (Scanner floor = scanners.floor();
                    Scanner worker = scanners.worker()) {
                var verdicts = new Verdicts(rules(floor.question("rules")));
                Round stock = floor.round(order);
                Round own = worker.round(order);
                Comparison comparison = compare(floor, worker, stock, own, order);
                comparison.missing().forEach(each -> output.println("missing " + each));
                comparison.added().forEach(each -> output.println("added " + each));
                return outcome(
                        root,
                        brief,
                        chosen,
                        verdicts,
                        violated(own, byUrl),
                        violated(stock, byUrl),
                        refused(own, byUrl),
                        notCompared(stock, own),
                        comparison,
                        engine(stock),
                        output);
            }
        }
    }

    /** Looks once more where the two differ, because some of the pages move. */
    private static Comparison compare(
            Scanner floor, Scanner worker, Round stock, Round own, Order order)
            throws InterruptedException {
        var ofStock = new ArrayList<>(List.of(stock));
        var ofWorker = new ArrayList<>(List.of(own));
        for (int i = 0; i < LOOKS_MORE; i++) {
            Set<String> differing = Comparison.of(ofStock, ofWorker).pages();
            if (!differing.isEmpty()) {
                var again = new Order(List.copyOf(differing), order.settle(), order.nodesPerRule());
                ofStock.add(floor.round(again));
                ofWorker.add(worker.round(again));
            }
        }
        return Comparison.of(ofStock, ofWorker);
    }

    private static Outcome outcome(
            Path root,
            boolean brief,
            List<Cases.Case> cases,
            Verdicts verdicts,
            Map<String, Set<String>> own,
            Map<String, Set<String>> stock,
            List<String> refused,
            List<String> notCompared,
            Comparison comparison,
            String engine,
            PrintStream output) {
        Map<String, Score> ofWorker = verdicts.scores(cases, own);
        Map<String, Score> ofStock = verdicts.scores(cases, stock);
        Score worker = Verdicts.total(ofWorker);
        Score bare = Verdicts.total(ofStock);
        List<String> disagreements = verdicts.disagreements(cases, own, stock);
        output.println();
        output.println(AccuracyPage.totals(ofWorker, ofStock).text());
        output.println();
        disagreements.forEach(output::println);
        output.println(
                "Beside bare axe, element by element: %d missing, %d added"
                        .formatted(comparison.missing().size(), comparison.added().size()));
        output.println("%d pages were not scored by the worker".formatted(refused.size()));
        refused.forEach(line -> output.println("  " + line));
        notCompared.forEach(line -> output.println("bare axe failed on " + line));
        // A part of the cases is not what the documentation is to tell.
        Path page = root.resolve(brief ? "load/target/accuracy.md" : "docs/accuracy.md");
        write(
                page,
                AccuracyPage.of(
                        engine,
                        cases,
                        verdicts,
                        ofWorker,
                        ofStock,
                        disagreements,
                        refused,
                        comparison));
        output.println("Written: " + root.relativize(page));
        var figures = new LinkedHashMap<String, Object>();
        figures.put("cases", cases.size());
        figures.put("workerFound", worker.found());
        figures.put("workerMissed", worker.missed());
        figures.put("workerWronglyFlagged", worker.wronglyFlagged());
        figures.put("bareAxeFound", bare.found());
        figures.put("bareAxeMissed", bare.missed());
        figures.put("bareAxeWronglyFlagged", bare.wronglyFlagged());
        figures.put("notScored", refused.size());
        figures.put("notCompared", notCompared.size());
        figures.put("missingFindings", comparison.missing().size());
        figures.put("addedFindings", comparison.added().size());
        figures.put("differences", comparison.differences());
        figures.put("missedBeyondBareAxe", worker.missed() - bare.missed());
        figures.put("wronglyFlaggedBeyondBareAxe", worker.wronglyFlagged() - bare.wronglyFlagged());
        return new Outcome(
                "accuracy",
                figures,
                List.of(
                        new Outcome.Bound("missedBeyondBareAxe", 0),
                        new Outcome.Bound("wronglyFlaggedBeyondBareAxe", 0),
                        new Outcome.Bound("notCompared", 0),
                        new Outcome.Bound("differences", 0)));
    }

    /** The rules of axe-core by the ACT rules that they say they implement. */
    static Map<String, Set<String>> rules(JsonNode answer) {
        var rules = new HashMap<String, Set<String>>();
        for (JsonNode rule : answer.path("rules")) {
            for (JsonNode id : rule.path("actIds")) {
                rules.computeIfAbsent(id.asString(), _ -> new HashSet<>())
                        .add(rule.path("ruleId").asString());
            }
        }
        return rules;
    }

    private static Map<String, Set<String>> violated(Round round, Map<String, Cases.Case> byUrl) {
        var violated = new HashMap<String, Set<String>>();
        for (PageFindings page : round.pages()) {
            Cases.Case each = byUrl.get(page.url());
            if (each != null) {
                violated.put(each.id(), page.violatedRules());
            }
        }
        return violated;
    }

    /** What only bare axe could not scan: there is nothing to hold the worker against. */
    private static List<String> notCompared(Round stock, Round own) {
        Set<String> refused =
                own.failed().stream().map(PageFindings::url).collect(Collectors.toSet());
        return stock.failed().stream()
                .filter(page -> !refused.contains(page.url()))
                .map(page -> "%s: %s".formatted(page.url(), page.failure()))
                .toList();
    }

    private static List<String> refused(Round round, Map<String, Cases.Case> byUrl) {
        return round.failed().stream()
                .map(page -> {
                    Cases.Case each = byUrl.get(page.url());
                    String failure = String.valueOf(page.failure());
                    return "%s (%s): %s"
                            .formatted(
                                    each == null ? page.url() : each.id(),
                                    each == null ? "" : each.ruleName(),
                                    withoutSite(failure));
                })
                .sorted()
                .toList();
    }

    /** The port differs with every run. */
    private static String withoutSite(String text) {
        return text.replaceAll("http://127\\.0\\.0\\.1:\\d+", "");
    }

    private static String engine(Round round) {
        return round.pages().stream()
                .map(PageFindings::engine)
                .filter(engine -> !engine.isEmpty())
                .findFirst()
                .orElse("unknown");
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new MeasurementException("%s cannot be written (%s).".formatted(file, e), e);
        }
    }
}
