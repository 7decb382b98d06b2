package io.stepfree.load.chaos.nemesis;

import io.stepfree.load.chaos.evidence.LiveView;
import io.stepfree.load.chaos.pipeline.Family;
import io.stepfree.load.chaos.pipeline.Part;
import io.stepfree.load.chaos.pipeline.Pipeline;
import io.stepfree.load.chaos.pipeline.Service;
import io.stepfree.load.chaos.pipeline.ShiftedClock;
import io.stepfree.load.chaos.pipeline.Signals;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a schedule of faults on one pipeline. Only processes of that pipeline are touched.
 */
public final class Nemesis implements AutoCloseable {

    private static final String FORGOTTEN = "forgotten";
    private static final String GROUP = "scan-workers";
    private static final String RESULTS_GROUP = "report-builder-results";
    private static final Duration IN_HAND_LIMIT = Duration.ofSeconds(8);
    private static final Duration GROUP_LIMIT = Duration.ofSeconds(30);

    /** What was down is back when it answers, not when its process begins. */
    private static final Duration BACK_LIMIT = Duration.ofMinutes(2);

    private static final Duration CATCHING_UP = Duration.ofMillis(700);
    private static final Duration LEFT_ALONE_LIMIT = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final long CLOCK_SECONDS = 90;

    private final Pipeline pipeline;
    private final LiveView view;
    private final Map<Target, SmallDisk> disks;
    private final @Nullable ShiftedClock clock;
    private final List<Service> schedulers;
    private final PrintStream output;
    private final AtomicInteger turn = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentLinkedQueue<FaultRecord> records = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> orphans = new ConcurrentLinkedQueue<>();

    public Nemesis(
            Pipeline pipeline,
            LiveView view,
            Map<Target, SmallDisk> disks,
            @Nullable ShiftedClock clock,
            List<Service> schedulers,
            PrintStream output) {
        this.pipeline = pipeline;
        this.view = view;
        this.disks = Map.copyOf(disks);
        this.clock = clock;
        this.schedulers = List.copyOf(schedulers);
        this.output = output;
    }

    /** Begins each step at its time; returns when the last fault is over. */
    public void run(Schedule schedule) throws InterruptedException {
        long start = System.nanoTime();
        var under = new ArrayList<Future<?>>();
        for (Schedule.Step step : schedule.steps()) {
            long wait = step.after().toNanos() - (System.nanoTime() - start);
            if (wait > 0) {
                TimeUnit.NANOSECONDS.sleep(wait);
            }
            for (Fault fault : step.faults()) {
                under.add(
                        threads.submit(() -> {
                            carryOut(fault);
                            return null;
                        }));
            }
        }
        for (var each : under) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a fault could not be carried out", e.getCause());
            }
        }
    }

    /** What was done, oldest first. */
    public List<FaultRecord> records() {
        return List.copyOf(records);
    }

    /** Processes that outlived the worker they belonged to, a line each. */
    public List<String> orphans() {
        return List.copyOf(orphans);
    }

    private void carryOut(Fault fault) throws InterruptedException {
        switch (fault.kind()) {
            case KILL -> kill(fault);
            case OUTAGE -> outage(fault);
            case FREEZE -> freeze(fault);
            case FREEZE_THEN_KILL -> freezeThenKill(fault);
            case FULL_DISK -> fullDisk(fault);
            case CLOCK_JUMP -> jump(fault);
            case FORGOTTEN_GROUP -> forgetGroup(fault);
        }
    }

    private void kill(Fault fault) throws InterruptedException {
        @Nullable String page = awaitInHand(fault.target()).orElse(null);
        int inFlight = inFlight(fault.target(), page);
        Optional<ProcessHandle> victim = process(fault.target());
        if (victim.isEmpty()) {
            leftOut(fault, "it does not run just now");
            return;
        }
        List<ProcessHandle> children = victim.get().descendants().toList();
        long at = System.currentTimeMillis();
        victim.get().destroyForcibly();
        told(fault, at, at, "process " + victim.get().pid(), inFlight, page);
        watchOver(fault, children);
    }

    /**
     * What a killed process had started must not outlive it for long. Only time in which its worker
     * runs counts: one that is stopped by another fault cannot clear up.
     */
    private void watchOver(Fault fault, List<ProcessHandle> children) {
        Optional<Part> part = worker(fault.target());
        if (part.isEmpty()) {
            return;
        }
        Optional<ProcessHandle> worker = part.get().process();
        threads.execute(() -> {
            try {
                leaveAlone(worker);
            } catch (InterruptedException _) {
                return;
            }
            children.stream()
                    .filter(child -> child.isAlive() && Family.runs(child.pid()))
                    .forEach(child ->
                            orphans.add(
                                    "%s outlived a killed %s by %d s"
                                            .formatted(
                                                    Family.describe(child.pid()),
                                                    fault.target().text(),
                                                    LEFT_ALONE_LIMIT.toSeconds())));
        });
    }

    private static void leaveAlone(Optional<ProcessHandle> worker) throws InterruptedException {
        Duration left = LEFT_ALONE_LIMIT;
        while (left.isPositive()) {
            Thread.sleep(LOOK);
            if (worker.isEmpty() || !Family.isStopped(worker.get().pid())) {
                left = left.minus(LOOK);
            }
        }
    }

    private void outage(Fault fault) throws InterruptedException {
        Part part = part(fault.target()).orElseThrow();
        int inFlight = awaitInFlight();
        long at = System.currentTimeMillis();
        part.hold();
        part.process().ifPresent(ProcessHandle::destroyForcibly);
        try {
            Thread.sleep(fault.lasting());
        } finally {
            part.start();
        }
        part.awaitReady(BACK_LIMIT);
        told(fault, at, System.currentTimeMillis(), "down and back", inFlight, null);
    }

    private void freeze(Fault fault) throws InterruptedException {
        @Nullable String page = awaitInHand(fault.target()).orElse(null);
        int inFlight = inFlight(fault.target(), page);
        List<Part> parts =
                fault.target() == Target.WORKERS
                        ? List.of(pipeline.part(Service.WORKER_1), pipeline.part(Service.WORKER_2))
                        : List.of(part(fault.target()).orElseThrow());
        List<ProcessHandle> victims =
                parts.stream().flatMap(part -> part.process().stream()).toList();
        long at = System.currentTimeMillis();
        for (ProcessHandle victim : victims) {
            Signals.send("STOP", victim.pid());
        }
        try {
            Thread.sleep(fault.lasting());
        } finally {
            for (ProcessHandle victim : victims) {
                Signals.send("CONT", victim.pid());
            }
        }
        told(fault, at, System.currentTimeMillis(), "stopped and went on", inFlight, page);
    }

    private void freezeThenKill(Fault fault) throws InterruptedException {
        freeze(fault);
        Thread.sleep(CATCHING_UP);
        kill(Fault.kill(fault.target()));
    }

    private void fullDisk(Fault fault) throws InterruptedException {
        SmallDisk disk = disks.get(fault.target());
        if (disk == null) {
            leftOut(fault, "no small disk can be mounted, which needs root");
            return;
        }
        long at = System.currentTimeMillis();
        disk.fill();
        try {
            Thread.sleep(fault.lasting());
        } finally {
            disk.empty();
        }
        told(fault, at, System.currentTimeMillis(), "full and empty again", view.inFlight(), null);
    }

    private void jump(Fault fault) throws InterruptedException {
        if (clock == null) {
            leftOut(fault, "no clock can be shifted, which needs a C compiler");
            return;
        }
        String name = part(fault.target()).orElseThrow().name();
        long at = System.currentTimeMillis();
        // Forwards or backwards, as the time it lasts is even or odd: by the seed.
        long seconds = fault.lasting().toSeconds() % 2 == 0 ? CLOCK_SECONDS : -CLOCK_SECONDS;
        clock.shift(name, seconds);
        try {
            Thread.sleep(fault.lasting());
        } finally {
            clock.shift(name, 0);
        }
        told(
                fault,
                at,
                System.currentTimeMillis(),
                "%+d s and back".formatted(seconds),
                view.inFlight(),
                null);
    }

    private void forgetGroup(Fault fault) throws InterruptedException {
        boolean reports = fault.target() == Target.REPORTS;
        List<Part> members =
                reports
                        ? List.of(pipeline.part(Service.REPORTS))
                        : List.of(pipeline.part(Service.WORKER_1), pipeline.part(Service.WORKER_2));
        int inFlight = view.inFlight();
        long at = System.currentTimeMillis();
        members.forEach(Part::hold);
        members.forEach(member -> member.process().ifPresent(ProcessHandle::destroyForcibly));
        String said;
        try (var admin =
                Admin.create(
                        Map.of(
                                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                pipeline.broker().address()))) {
            said =
                    forget(() ->
                            reports
                                    ? admin.deleteConsumerGroups(List.of(RESULTS_GROUP)).all()
                                    : admin.deleteShareGroups(List.of(GROUP)).all());
        } finally {
            members.forEach(Part::start);
        }
        if (said.equals(FORGOTTEN)) {
            told(fault, at, System.currentTimeMillis(), said, inFlight, null);
        } else {
            leftOut(fault, said);
        }
    }

    /** A group can be deleted once the broker has noticed that its members are gone. */
    private static String forget(Supplier<KafkaFuture<Void>> deletion) throws InterruptedException {
        long end = System.nanoTime() + GROUP_LIMIT.toNanos();
        String said = "";
        while (System.nanoTime() < end) {
            try {
                deletion.get().get(5, TimeUnit.SECONDS);
                return FORGOTTEN;
            } catch (ExecutionException | TimeoutException e) {
                said = "not forgotten: " + e.getMessage();
                Thread.sleep(500);
            }
        }
        return said;
    }

    /** A worker is hit while it has a scan, if one comes soon. */
    private Optional<String> awaitInHand(Target target) throws InterruptedException {
        Optional<Part> worker =
                target == Target.WORKERS
                        ? Optional.of(pipeline.part(Service.WORKER_1))
                        : worker(target);
        if (worker.isEmpty()) {
            return Optional.empty();
        }
        long end = System.nanoTime() + IN_HAND_LIMIT.toNanos();
        Optional<String> page = WorkerInHand.of(worker.get().log());
        while (page.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(20);
            page = WorkerInHand.of(worker.get().log());
        }
        return page;
    }

    private int awaitInFlight() throws InterruptedException {
        long end = System.nanoTime() + IN_HAND_LIMIT.toNanos();
        while (view.inFlight() == 0 && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        return view.inFlight();
    }

    private int inFlight(Target target, @Nullable String page) {
        return worker(target).isPresent() ? (page == null ? 0 : 1) : view.inFlight();
    }

    /** The worker that a target is or is a part of; both are hit in turn in the end. */
    private Optional<Part> worker(Target target) {
        return switch (target) {
            case WORKER_1, CHROME -> Optional.of(pipeline.part(Service.WORKER_1));
            case WORKER_2, CHROMEDRIVER -> Optional.of(pipeline.part(Service.WORKER_2));
            case GATEWAY,
                    SCHEDULER,
                    REPORTS,
                    DEAD_LETTERS,
                    BROKER,
                    DATABASE,
                    REPORT_DISK,
                    STATE_DISK,
                    WORKERS ->
                    Optional.empty();
        };
    }

    private Optional<Part> part(Target target) {
        return switch (target) {
            case GATEWAY -> Optional.of(pipeline.part(Service.GATEWAY));
            // Where there are several, in turn.
            case SCHEDULER ->
                    Optional.of(
                            pipeline.part(
                                    schedulers.get(
                                            Math.floorMod(
                                                    turn.getAndIncrement(), schedulers.size()))));
            case WORKER_1 -> Optional.of(pipeline.part(Service.WORKER_1));
            case WORKER_2 -> Optional.of(pipeline.part(Service.WORKER_2));
            case REPORTS -> Optional.of(pipeline.part(Service.REPORTS));
            case DEAD_LETTERS -> Optional.of(pipeline.part(Service.DEAD_LETTERS));
            case BROKER -> Optional.of(pipeline.brokerPart());
            case DATABASE -> Optional.of(pipeline.databasePart());
            case CHROMEDRIVER, CHROME, REPORT_DISK, STATE_DISK, WORKERS -> Optional.empty();
        };
    }

    private Optional<ProcessHandle> process(Target target) {
        return switch (target) {
            case CHROMEDRIVER -> child(target, "chromedriver");
            case CHROME -> child(target, "chrom", "headless");
            case GATEWAY,
                    SCHEDULER,
                    WORKER_1,
                    WORKER_2,
                    REPORTS,
                    DEAD_LETTERS,
                    BROKER,
                    DATABASE,
                    REPORT_DISK,
                    STATE_DISK,
                    WORKERS ->
                    part(target).flatMap(Part::process);
        };
    }

    /** The first of the worker's descendants that runs such a program, not one of Chrome's own. */
    private Optional<ProcessHandle> child(Target target, String... programs) {
        boolean driver = target == Target.CHROMEDRIVER;
        return worker(target)
                .flatMap(Part::process)
                .flatMap(process ->
                        process.descendants()
                                .filter(child -> runs(child, driver, programs))
                                .findFirst());
    }

    private static boolean runs(ProcessHandle process, boolean driver, String... programs) {
        List<String> command = Family.command(process.pid());
        String name = command.getFirst().substring(command.getFirst().lastIndexOf('/') + 1);
        return List.of(programs).stream().anyMatch(name::startsWith)
                && (driver || !name.startsWith("chromedriver"))
                && command.stream().noneMatch(argument -> argument.startsWith("--type="));
    }

    private void told(
            Fault fault,
            long at,
            long endedAt,
            String detail,
            int inFlight,
            @Nullable String page) {
        add(
                new FaultRecord(
                        at,
                        endedAt,
                        fault.kind(),
                        fault.target().text(),
                        detail,
                        inFlight,
                        page,
                        true));
    }

    private void leftOut(Fault fault, String reason) {
        long now = System.currentTimeMillis();
        add(new FaultRecord(now, now, fault.kind(), fault.target().text(), reason, 0, null, false));
    }

    private void add(FaultRecord record) {
        records.add(record);
        output.println(
                "  %tT %-16s %-12s %s%s"
                        .formatted(
                                record.at(),
                                record.kind(),
                                record.target(),
                                record.done()
                                        ? "(%d in flight) ".formatted(record.inFlight())
                                        : "left out: ",
                                record.detail()));
    }

    /** Waits for nothing. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
