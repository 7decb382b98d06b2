package io.stepfree.load.chaos;

import io.stepfree.load.chaos.check.Checker;
import io.stepfree.load.chaos.check.Verdict;
import io.stepfree.load.chaos.driver.DriverProcess;
import io.stepfree.load.chaos.evidence.Evidence;
import io.stepfree.load.chaos.evidence.Folders;
import io.stepfree.load.chaos.evidence.LiveView;
import io.stepfree.load.chaos.nemesis.FaultKind;
import io.stepfree.load.chaos.nemesis.FaultRecord;
import io.stepfree.load.chaos.nemesis.Nemesis;
import io.stepfree.load.chaos.nemesis.SmallDisk;
import io.stepfree.load.chaos.nemesis.Target;
import io.stepfree.load.chaos.pipeline.Family;
import io.stepfree.load.chaos.pipeline.Part;
import io.stepfree.load.chaos.pipeline.Pipeline;
import io.stepfree.load.chaos.pipeline.PipelineSettings;
import io.stepfree.load.chaos.pipeline.Service;
import io.stepfree.load.chaos.pipeline.ShiftedClock;
import io.stepfree.load.chaos.site.TargetSite;
import io.stepfree.load.chaos.site.Visit;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.scanner.WorkFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** One run of a scenario from the first process to the verdict; leaves nothing but its logs. */
final class ChaosRun {

    /** Short, so that the drain is. */
    private static final String RETRY_DELAYS = "1s,2s";

    private static final Duration HEALED_LIMIT = Duration.ofMinutes(2);
    private static final Duration WARM_LIMIT = Duration.ofSeconds(60);
    private static final Duration DRIVER_PATIENCE = Duration.ofMinutes(4);
    private static final Duration LEAVING_LIMIT = Duration.ofSeconds(15);

    /**
     * What a JVM cannot delete when it is killed: its notes, Tomcat's folder, RocksDB's library.
     */
    private static final List<String> OWN_OF_THE_JVM =
            List.of("hsperfdata_", "tomcat-docbase.", "librocksdbjni");

    private static final int REPORT_DISK_MEGABYTES = 512;
    private static final int STATE_DISK_MEGABYTES = 128;
    private static final long RERUN_LOOKED_FOR_MILLIS = 600_000;

    private final Scenario scenario;
    private final Path root;
    private final Path artefacts;
    private final PrintStream output;

    ChaosRun(Scenario scenario, Path root, Path artefacts, PrintStream output) {
        this.scenario = scenario;
        this.root = root;
        this.artefacts = artefacts;
        this.output = output;
    }

    /**
     * What came of it.
     *
     * @param evidence all that was read
     * @param verdicts the clauses
     * @param longestStall the longest time in which nothing moved
     * @param drain how the backlog went down after the last fault
     * @param killsAtAPage how many workers were killed while they had a page
     * @param rerunSeconds for each of them whose page was asked for again, after how long
     */
    record Outcome(
            Evidence evidence,
            List<Verdict> verdicts,
            Duration longestStall,
            Backlog.Drain drain,
            int killsAtAPage,
            List<Double> rerunSeconds) {}

    Outcome run() throws InterruptedException {
        prepare();
        try (var folder = WorkFolder.create();
                var site = new TargetSite()) {
            Map<Target, SmallDisk> disks = new EnumMap<>(Target.class);
            try {
                return run(folder.path(), site, disks);
            } finally {
                disks.values().forEach(SmallDisk::close);
            }
        }
    }

    private Outcome run(Path folder, TargetSite site, Map<Target, SmallDisk> disks)
            throws InterruptedException {
        @Nullable ShiftedClock clock = ShiftedClock.in(folder.resolve("clock")).orElse(null);
        var settings =
                new PipelineSettings(
                        root,
                        folder,
                        artefacts,
                        site.targets(),
                        scenario.jobDeadline(),
                        RETRY_DELAYS,
                        clock,
                        scenario.plantedBug());
        mount(disks, Target.REPORT_DISK, settings.reports(), REPORT_DISK_MEGABYTES);
        mount(
                disks,
                Target.STATE_DISK,
                settings.state(),
                STATE_DISK_MEGABYTES * scenario.schedulers());
        Evidence evidence;
        Duration stall;
        Backlog.Drain drain;
        try (var pipeline = new Pipeline(settings)) {
            output.println("Starting the pipeline in " + folder);
            pipeline.startFoundations();
            pipeline.broker().assureOurs();
            pipeline.start(scenario.services());
            try (var view = new LiveView(pipeline.broker().address(), pipeline.registry());
                    var backlog = new Backlog(pipeline, driverLog());
                    var nemesis =
                            new Nemesis(
                                    pipeline,
                                    view,
                                    disks,
                                    clock,
                                    Service.SCHEDULERS.subList(0, scenario.schedulers()),
                                    output)) {
                breakIt(pipeline, site, view, nemesis);
                heal(pipeline);
                long healed = System.currentTimeMillis();
                output.println("The faults are over; %d scans are open".formatted(view.open()));
                evidence = settle(pipeline, site, nemesis);
                // The last look at the tables comes half a second later.
                Thread.sleep(1_000);
                drain = backlog.after(lastOutage(evidence.faults()).orElse(healed));
                stall = view.longestStall();
            }
            pipeline.stopAll();
            evidence = Settling.stopped(evidence, torn(settings), orphans(evidence, settings));
        }
        keep(evidence);
        return new Outcome(
                evidence,
                new Checker(evidence).verdicts(),
                stall,
                drain,
                killsAtAPage(evidence).size(),
                reruns(evidence));
    }

    private void breakIt(Pipeline pipeline, TargetSite site, LiveView view, Nemesis nemesis)
            throws InterruptedException {
        output.println(
                "%d scans in %d s, %d kills; seed %d"
                        .formatted(
                                scenario.scans(),
                                scenario.time().toSeconds(),
                                scenario.schedule().kills(),
                                scenario.seed()));
        try (var driver =
                DriverProcess.start(
                        new DriverProcess.Orders(
                                pipeline.gateway(),
                                driverLog(),
                                scenario.seed(),
                                scenario.scans(),
                                scenario.time(),
                                scenario.replays(),
                                scenario.withoutKey(),
                                site.targets()))) {
            // A pipeline that has not begun to work has nothing to lose.
            long end = System.nanoTime() + WARM_LIMIT.toNanos();
            while (view.ended() == 0 && System.nanoTime() < end) {
                Thread.sleep(100);
            }
            nemesis.run(scenario.schedule());
            if (!driver.await(scenario.time().plus(DRIVER_PATIENCE))) {
                output.println("The driver does not come to its end");
            }
        }
    }

    private void heal(Pipeline pipeline) throws InterruptedException {
        List<Part> parts = pipeline.foundationsAnd(scenario.services());
        for (Part part : parts) {
            part.start();
        }
        for (Part part : parts) {
            part.awaitReady(HEALED_LIMIT);
        }
        pipeline.broker().assureOurs();
    }

    private Evidence settle(Pipeline pipeline, TargetSite site, Nemesis nemesis)
            throws InterruptedException {
        try (var settling = new Settling(pipeline, site, driverLog(), scenario.leastHits())) {
            return settling.await(scenario.drainLimit(), nemesis.records(), nemesis.orphans());
        }
    }

    private static Optional<Long> lastOutage(List<FaultRecord> faults) {
        return faults.stream()
                .filter(fault -> fault.kind() == FaultKind.OUTAGE)
                .map(FaultRecord::endedAt)
                .max(Long::compare);
    }

    /** Whatever of the run still runs after all was stopped in order, and what lies about. */
    private static List<String> orphans(Evidence evidence, PipelineSettings settings)
            throws InterruptedException {
        long end = System.nanoTime() + LEAVING_LIMIT.toNanos();
        Set<Long> left = Family.of(settings.folder());
        while (!left.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(200);
            left = Family.of(settings.folder());
        }
        var orphans = new ArrayList<>(evidence.orphans());
        left.forEach(id -> orphans.add("still runs: " + Family.describe(id)));
        try {
            Folders.entries(settings.temporary()).stream()
                    .filter(name -> OWN_OF_THE_JVM.stream().noneMatch(name::startsWith))
                    .forEach(name -> orphans.add("still lies in the temporary folder: " + name));
        } catch (IOException e) {
            throw new MeasurementException("The folders cannot be read (%s).".formatted(e), e);
        }
        return orphans;
    }

    private static List<String> torn(PipelineSettings settings) {
        try {
            return Folders.torn(settings.reports());
        } catch (IOException e) {
            throw new MeasurementException(
                    "The run's reports cannot be read (%s).".formatted(e), e);
        }
    }

    /** For each worker that was killed at a page: after how long somebody asked for that page. */
    private static List<Double> reruns(Evidence evidence) {
        var reruns = new ArrayList<Double>();
        for (FaultRecord fault : killsAtAPage(evidence)) {
            String page = Objects.requireNonNull(fault.scanUrl());
            evidence.visits().stream()
                    .filter(visit ->
                            page.endsWith(visit.path())
                                    && visit.at() > fault.at()
                                    && visit.at() < fault.at() + RERUN_LOOKED_FOR_MILLIS)
                    .map(Visit::at)
                    .min(Comparator.naturalOrder())
                    .ifPresent(at -> reruns.add((at - fault.at()) / 1_000.0));
        }
        return reruns;
    }

    private static List<FaultRecord> killsAtAPage(Evidence evidence) {
        return evidence.faults().stream()
                .filter(fault ->
                        fault.scanUrl() != null
                                && fault.kind() == FaultKind.KILL
                                && fault.target().startsWith("worker"))
                .toList();
    }

    private void mount(Map<Target, SmallDisk> disks, Target target, Path folder, int megabytes)
            throws InterruptedException {
        SmallDisk.mount(folder, megabytes).ifPresent(disk -> disks.put(target, disk));
    }

    private Path driverLog() {
        return artefacts.resolve("driver.jsonl");
    }

    private void prepare() {
        try {
            if (Files.exists(artefacts)) {
                try (Stream<Path> old = Files.walk(artefacts)) {
                    for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
            }
            Files.createDirectories(artefacts);
        } catch (IOException e) {
            throw new MeasurementException(
                    "%s cannot be prepared (%s).".formatted(artefacts, e), e);
        }
    }

    private void keep(Evidence evidence) {
        Objects.requireNonNull(evidence);
        try {
            Files.writeString(
                    artefacts.resolve("evidence.json"),
                    JsonMapper.shared().writeValueAsString(evidence));
        } catch (IOException e) {
            throw new MeasurementException("The evidence cannot be kept (%s).".formatted(e), e);
        }
    }
}
