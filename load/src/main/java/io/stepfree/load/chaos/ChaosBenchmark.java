package io.stepfree.load.chaos;

import io.stepfree.load.chaos.check.Checker;
import io.stepfree.load.chaos.check.Verdict;
import io.stepfree.load.chaos.evidence.Evidence;
import io.stepfree.load.chaos.nemesis.Bug;
import io.stepfree.load.chaos.nemesis.FaultKind;
import io.stepfree.load.chaos.nemesis.FaultRecord;
import io.stepfree.load.chaos.nemesis.Schedule;
import io.stepfree.load.chaos.pipeline.Service;
import io.stepfree.load.measure.Benchmark;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.measure.Numbers;
import io.stepfree.load.measure.Outcome;
import io.stepfree.load.measure.Outcome.Bound;
import io.stepfree.load.measure.Table;
import io.stepfree.standalone.machine.Logs;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Breaks a whole pipeline of separate processes, by a seed, while clients submit scans of pages
 * with known answers; lets it come to rest, and has an independent checker say whether everything
 * accepted ended exactly once.
 */
public final class ChaosBenchmark implements Benchmark {

    private static final String SEED = "--seed";
    private static final String SCANS = "--scans";
    private static final String MINUTES = "--minutes";
    private static final String SCHEDULERS = "--schedulers";
    private static final String LEAST_HITS = "--least-hits";
    private static final String PLANTED = "--planted";
    private static final String DRILL = "--drill";
    private static final String CHECK = "--check";

    private static final int TOLD_OF_A_CLAUSE = 5;
    private static final double RERUN_SECONDS = 15;
    private static final Set<FaultKind> KILLS =
            Set.of(FaultKind.KILL, FaultKind.OUTAGE, FaultKind.FORGOTTEN_GROUP);

    private final Map<String, String> options;

    public ChaosBenchmark() {
        this(Map.of());
    }

    private ChaosBenchmark(Map<String, String> options) {
        this.options = Map.copyOf(options);
    }

    @Override
    public String name() {
        return "chaos";
    }

    @Override
    public String measures() {
        return "that nothing accepted is lost or doubled, while every process is killed, frozen and starved";
    }

    @Override
    public String needs() {
        return "Linux, Chromium, 6 GB of memory; root for full disks and cc for clock jumps, which are left out otherwise; "
                + "--seed N, --scans N, --minutes N, --least-hits N (a run that hits fewer scans in flight is void), --schedulers N (1 to 3), "
                + "--planted BUG (one of "
                + Arrays.stream(Bug.values()).map(Bug::text).collect(Collectors.joining(", "))
                + "), --drill worker|broker|database, --check FOLDER (judges what a run left)";
    }

    @Override
    public String takes() {
        return "45 minutes; with --short or --planted 3 minutes";
    }

    @Override
    public Set<String> options() {
        return Set.of(SEED, SCANS, MINUTES, LEAST_HITS, SCHEDULERS, PLANTED, DRILL, CHECK);
    }

    @Override
    public Benchmark with(Map<String, String> chosen) {
        return new ChaosBenchmark(chosen);
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        if (options.containsKey(CHECK)) {
            return check(Path.of(options.get(CHECK)), output);
        }
        Scenario scenario = scenario(brief);
        // What the Kafka clients have to say while the broker is away would bury everything else.
        Logs.off();
        Path artefacts =
                root.resolve("load/target/chaos")
                        .resolve(
                                "%d%s%s"
                                        .formatted(
                                                scenario.seed(),
                                                scenario.plantedBug() == null
                                                        ? ""
                                                        : "-" + scenario.plantedBug(),
                                                scenario.drill() == null
                                                        ? ""
                                                        : "-" + scenario.drill().text()));
        ChaosRun.Outcome outcome = new ChaosRun(scenario, root, artefacts, output).run();
        output.println();
        output.println(table(outcome.verdicts()));
        tellBreaches(outcome.verdicts(), output);
        output.println("Logs and evidence: " + artefacts);
        return figures(scenario, outcome, output);
    }

    /** Judges the evidence of an earlier run again. */
    private Outcome check(Path folder, PrintStream output) {
        Evidence evidence;
        try {
            evidence =
                    JsonMapper.shared()
                            .readValue(
                                    Files.readString(folder.resolve("evidence.json")),
                                    Evidence.class);
        } catch (IOException | JacksonException e) {
            throw new MeasurementException(
                    "There is no evidence.json to be read in %s, given with --check (%s)."
                            .formatted(folder, e),
                    e);
        }
        List<Verdict> verdicts = new Checker(evidence).verdicts();
        output.println(table(verdicts));
        tellBreaches(verdicts, output);
        var figures = new LinkedHashMap<String, Object>();
        var bounds = new ArrayList<Bound>();
        count(evidence, figures, bounds, output);
        clauses(verdicts, figures, bounds);
        return new Outcome(name(), figures, bounds);
    }

    private Scenario scenario(boolean brief) {
        long seed = number(SEED, 1, 0, Long.MAX_VALUE);
        @Nullable Bug bug = bug();
        @Nullable Drill drill = drill();
        boolean small = brief || bug != null || drill != null;
        Duration time =
                options.containsKey(MINUTES)
                        ? Duration.ofMinutes(number(MINUTES, 0, 1, 600))
                        : Duration.ofSeconds(
                                bug != null ? 70 : drill != null ? 120 : brief ? 80 : 2_400);
        int usual = bug != null ? 70 : drill != null ? 50 : brief ? 60 : 2_000;
        int scans = Math.toIntExact(number(SCANS, usual, 1, 1_000_000));
        Schedule schedule =
                bug != null
                        ? Schedule.against(bug)
                        : drill != null
                                ? drill.schedule()
                                : Schedule.drawn(seed, time, Duration.ofSeconds(brief ? 9 : 15));
        return new Scenario(
                seed,
                scans,
                time,
                schedule,
                Duration.ofSeconds(bug == Bug.NO_FENCING ? 12 : small ? 25 : 60),
                Duration.ofSeconds(small ? 150 : 900),
                Math.toIntExact(
                        number(
                                LEAST_HITS,
                                bug != null ? 0 : drill != null ? 1 : schedule.kills() / 2,
                                0,
                                100_000)),
                drill != null ? 0 : Math.max(2, scans / 50),
                // With a key nothing is accepted while the database is down, and here it is to be.
                drill == Drill.DATABASE || bug == Bug.DEAD_LETTER_AFTER_ACKNOWLEDGE ? 1 : 4,
                Math.toIntExact(number(SCHEDULERS, 1, 1, Service.SCHEDULERS.size())),
                bug == null ? null : bug.text(),
                drill);
    }

    private @Nullable Bug bug() {
        String name = options.get(PLANTED);
        return name == null
                ? null
                : Bug.named(name)
                        .orElseThrow(() ->
                                new MeasurementException(
                                        "--planted %s is no bug that can be planted; choose one of %s."
                                                .formatted(
                                                        name,
                                                        Arrays.stream(Bug.values())
                                                                .map(Bug::text)
                                                                .toList())));
    }

    private @Nullable Drill drill() {
        String name = options.get(DRILL);
        return name == null
                ? null
                : Drill.named(name)
                        .orElseThrow(() ->
                                new MeasurementException(
                                        "--drill %s is no drill; choose one of %s."
                                                .formatted(
                                                        name,
                                                        Arrays.stream(Drill.values())
                                                                .map(Drill::text)
                                                                .toList())));
    }

    private long number(String option, long usual, long least, long most) {
        String written = options.get(option);
        if (written == null) {
            return usual;
        }
        try {
            long number = Long.parseLong(written);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Told below, with what is out of range.
        }
        throw new MeasurementException(
                "%s %s is not a whole number from %d to %d."
                        .formatted(option, written, least, most));
    }

    private static String table(List<Verdict> verdicts) {
        var table = new Table("clause", "promise", "looked at", "breaches");
        for (Verdict verdict : verdicts) {
            table.row(
                    verdict.clause(),
                    verdict.promise(),
                    Long.toString(verdict.looked()),
                    Integer.toString(verdict.breaches().size()));
        }
        return table.text();
    }

    private static void tellBreaches(List<Verdict> verdicts, PrintStream output) {
        for (Verdict verdict : verdicts) {
            verdict.breaches().stream()
                    .limit(TOLD_OF_A_CLAUSE)
                    .forEach(line -> output.println("  %s: %s".formatted(verdict.clause(), line)));
        }
    }

    private Outcome figures(Scenario scenario, ChaosRun.Outcome outcome, PrintStream output) {
        Evidence evidence = outcome.evidence();
        var figures = new LinkedHashMap<String, Object>();
        var bounds = new ArrayList<Bound>();
        figures.put("seed", scenario.seed());
        count(evidence, figures, bounds, output);
        figures.put(
                "longestStallSeconds",
                Numbers.rounded(outcome.longestStall().toMillis() / 1_000.0));
        figures.put("arrivalsPerSecond", Numbers.rounded(scenario.arrivalRate()));
        figures.put("drainSeconds", finite(outcome.drain().seconds()));
        figures.put("drainedPerSecond", Numbers.rounded(outcome.drain().endedPerSecond()));
        figures.put("largestBacklog", outcome.drain().most());
        List<Double> reruns = outcome.rerunSeconds();
        figures.put("rerunsSeen", reruns.size());
        figures.put(
                "longestRerunSeconds",
                reruns.stream().mapToDouble(Double::doubleValue).max().orElse(0));
        if (scenario.drill() != null) {
            switch (scenario.drill()) {
                case WORKER -> {
                    // One whose outcome was out just before the kill would be missing rightly, and
                    // is so rare that the drill may be repeated for it.
                    int kills = outcome.killsAtAPage();
                    figures.put("rerunsMissing", kills == 0 ? 1 : kills - reruns.size());
                    bounds.add(new Bound("rerunsMissing", 0));
                    bounds.add(new Bound("longestRerunSeconds", RERUN_SECONDS));
                }
                case BROKER, DATABASE -> {
                    figures.put(
                            "arrivalsByDrained",
                            outcome.drain().endedPerSecond() == 0
                                    ? 1_000
                                    : Numbers.rounded(
                                            scenario.arrivalRate()
                                                    / outcome.drain().endedPerSecond()));
                    bounds.add(new Bound("arrivalsByDrained", 0.5));
                }
            }
        }
        clauses(outcome.verdicts(), figures, bounds);
        return new Outcome(name(), figures, bounds);
    }

    /** JSON has no NaN: a drain that did not end is told as -1. */
    private static double finite(double value) {
        return Double.isFinite(value) ? Numbers.rounded(value) : -1;
    }

    private static void count(
            Evidence evidence,
            Map<String, Object> figures,
            List<Bound> bounds,
            PrintStream output) {
        var checker = new Checker(evidence);
        figures.put("accepted", checker.accepted());
        figures.put("results", evidence.results().size());
        figures.put("deadLetters", evidence.deadLetters().size());
        figures.put("cancelled", checker.cancelled());
        figures.put("acceptedUnanswered", checker.acceptedUnanswered());
        figures.put("faults", evidence.faults().stream().filter(FaultRecord::done).count());
        figures.put("kills", kills(evidence));
        long hits = hits(evidence);
        figures.put("killsThatHit", hits);
        // Faults may kill a scan that could have been made, but not more of them than they hit.
        figures.put("diedOfFaults", checker.diedOfFaults());
        bounds.add(new Bound("diedOfFaults", hits));
        figures.put("hitsMissing", Math.max(0, evidence.leastHits() - hits));
        bounds.add(new Bound("hitsMissing", 0));
        if (hits < evidence.leastHits()) {
            output.println(
                    "VOID: only %d kills hit a scan in flight, at least %d must: this run proves nothing."
                            .formatted(hits, evidence.leastHits()));
        }
        figures.put(
                "settledSeconds",
                evidence.settledAfterMillis() < 0 ? -1 : evidence.settledAfterMillis() / 1_000.0);
        figures.put("lost", checker.lost());
        figures.put("doubled", checker.doubled());
        bounds.add(new Bound("lost", 0));
        bounds.add(new Bound("doubled", 0));
    }

    private static long kills(Evidence evidence) {
        return evidence.faults().stream()
                .filter(fault -> fault.done() && KILLS.contains(fault.kind()))
                .count();
    }

    private static long hits(Evidence evidence) {
        return evidence.faults().stream()
                .filter(fault ->
                        fault.done() && KILLS.contains(fault.kind()) && fault.inFlight() > 0)
                .count();
    }

    private static void clauses(
            List<Verdict> verdicts, Map<String, Object> figures, List<Bound> bounds) {
        for (Verdict verdict : verdicts) {
            figures.put(verdict.clause(), verdict.breaches().size());
            bounds.add(new Bound(verdict.clause(), 0));
        }
    }
}
