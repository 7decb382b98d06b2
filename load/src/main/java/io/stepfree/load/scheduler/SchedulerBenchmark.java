package io.stepfree.load.scheduler;

import io.stepfree.load.chaos.pipeline.Part;
import io.stepfree.load.chaos.pipeline.Pipeline;
import io.stepfree.load.chaos.pipeline.PipelineSettings;
import io.stepfree.load.chaos.pipeline.Service;
import io.stepfree.load.measure.Benchmark;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.measure.Numbers;
import io.stepfree.load.measure.Outcome;
import io.stepfree.load.measure.Outcome.Bound;
import io.stepfree.load.measure.Table;
import io.stepfree.load.scanner.WorkFolder;
import io.stepfree.standalone.machine.Logs;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Measures one scheduler, a process of its own beside a real broker: how long it keeps a scan that
 * nothing holds up, how exactly it tries again while every place is taken, and whether its pace and
 * its memory stay the same however many scans wait.
 */
public final class SchedulerBenchmark implements Benchmark {

    private static final String SCANS = "--scans";
    private static final int WAITING = 1_000_000;
    private static final int WAITING_WHEN_SHORT = 30_000;
    private static final int FEW = 10_000;
    private static final int HOSTS = 2_000;
    private static final int CLIENTS = 20;
    private static final int PLACES = 1_000;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration SHARED_LIMIT = Duration.ofMinutes(5);

    private final Map<String, String> options;
    private int submitted;

    public SchedulerBenchmark() {
        this(Map.of());
    }

    private SchedulerBenchmark(Map<String, String> options) {
        this.options = Map.copyOf(options);
    }

    @Override
    public String name() {
        return "scheduler";
    }

    @Override
    public String measures() {
        return "decisions a second, the delay the scheduler adds, the gaps of retries; few and many waiting";
    }

    @Override
    public String needs() {
        return "Linux, 3 GB of memory, 4 GB of disk; --scans N (how many wait, 1,000,000)";
    }

    @Override
    public String takes() {
        return "11 minutes; with --short 6 minutes";
    }

    @Override
    public Set<String> options() {
        return Set.of(SCANS);
    }

    @Override
    public Benchmark with(Map<String, String> chosen) {
        return new SchedulerBenchmark(chosen);
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        Logs.off();
        int many = many(brief);
        var figures = new LinkedHashMap<String, Object>();
        try (var folder = WorkFolder.create()) {
            Path logs = root.resolve("load/target/scheduler");
            var settings =
                    new PipelineSettings(
                            root,
                            folder.path().resolve("run"),
                            logs,
                            List.of(),
                            Duration.ofMinutes(20),
                            "2s,4s,8s",
                            null,
                            null);
            try (var pipeline = new Pipeline(settings)) {
                output.println("Starting broker, registry and scheduler");
                pipeline.startFoundations();
                pipeline.start(List.of(Service.SCHEDULER));
                pipeline.broker().assureOurs();
                try (var crowd = new Crowd(pipeline.broker().address(), pipeline.registry());
                        var books =
                                new BooksReader(pipeline.broker().address(), pipeline.registry())) {
                    idle(crowd, brief ? 200 : 1_000, figures, output);
                    retries(crowd, books, figures, output);
                    waiting(crowd, books, pipeline, many, figures, output);
                }
                pipeline.stopAll();
            }
        }
        output.println();
        output.println(table(figures));
        return new Outcome(
                name(),
                figures,
                List.of(
                        new Bound("idle_delay_p99_milliseconds", 150),
                        new Bound("retry_gap_error_most_milliseconds", 250),
                        new Bound("few_to_many_pace_ratio", 2),
                        new Bound("one_to_two_schedulers_pace_ratio", 2),
                        new Bound("one_to_three_schedulers_pace_ratio", 2),
                        new Bound("shared_by_two_after_seconds", 180),
                        new Bound("shared_by_three_after_seconds", 180),
                        new Bound("all_done_after_one_was_killed_seconds", 60),
                        new Bound("whole_recovery_seconds", 60),
                        new Bound("memory_growth_megabytes", 150)));
    }

    private int many(boolean brief) {
        String asked = options.get(SCANS);
        if (asked == null) {
            return brief ? WAITING_WHEN_SHORT : WAITING;
        }
        try {
            int scans = Integer.parseInt(asked);
            if (scans > FEW) {
                return scans;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new MeasurementException(
                "--scans %s is not a number above %d.".formatted(asked, FEW));
    }

    /** One scan at a time, each of a host of its own, on workers that have nothing else to do. */
    private void idle(Crowd crowd, int scans, Map<String, Object> figures, PrintStream output)
            throws InterruptedException {
        output.println("Submitting %,d scans one by one to idle workers".formatted(scans));
        crowd.work(50, Crowd.Answer.COMPLETE);
        // The first few also make topics, connections and classes.
        for (int i = 0; i < 30; i++) {
            Crowd.acknowledged(submit(crowd, "warm-%d.example".formatted(i), "warm"));
            crowd.next(LIMIT);
        }
        var delays = new ArrayList<Double>();
        for (int i = 0; i < scans; i++) {
            Crowd.acknowledged(submit(crowd, "idle-%d.example".formatted(i), "idle"));
            long acknowledged = System.nanoTime();
            delays.add((crowd.next(LIMIT).nanos() - acknowledged) / 1e6);
            Thread.sleep(5 + (i * 37) % 100);
        }
        figures.put("idle_delay_p50_milliseconds", Numbers.percentile(delays, 0.50));
        figures.put("idle_delay_p99_milliseconds", Numbers.percentile(delays, 0.99));
    }

    /** Scans that fail, while a thousand others wait for places that are all taken. */
    private void retries(
            Crowd crowd, BooksReader books, Map<String, Object> figures, PrintStream output)
            throws InterruptedException {
        output.println("Failing 40 scans while every place is taken by others");
        crowd.work(20, Crowd.Answer.FAIL_SOME);
        var arrivals = new HashMap<String, List<Long>>();
        var failing = new ArrayList<String>();
        for (int i = 0; i < 40; i++) {
            failing.add(submitNamed(crowd, "failing-%d.example".formatted(i), Crowd.FAILING));
        }
        // Their first attempts fail at once; then those of the others stay out.
        for (int i = 0; i < failing.size(); i++) {
            note(crowd.next(LIMIT), arrivals);
        }
        for (int i = 0; i < 1_000; i++) {
            var _ = submit(crowd, "other-%d.example".formatted(i), "others");
        }
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < end) {
            try {
                note(crowd.next(Duration.ofSeconds(2)), arrivals);
            } catch (MeasurementException _) {
                // Nothing is due just now.
            }
        }
        var errors = new ArrayList<Double>();
        for (String scanId : failing) {
            List<Long> times = arrivals.get(scanId);
            if (times == null || times.size() != 4) {
                throw new MeasurementException(
                        "Scan %s was handed out %d times instead of four."
                                .formatted(scanId, times == null ? 0 : times.size()));
            }
            for (int retry = 1; retry < 4; retry++) {
                double gap = (times.get(retry) - times.get(retry - 1)) / 1e6;
                errors.add(gap - (1_000L << retry));
            }
        }
        figures.put("retry_gap_error_p50_milliseconds", Numbers.percentile(errors, 0.50));
        // Too early is as wrong as too late.
        figures.put(
                "retry_gap_error_most_milliseconds",
                Numbers.percentile(errors.stream().map(Math::abs).toList(), 1));
        crowd.work(PLACES, Crowd.Answer.COMPLETE);
        books.await("open", open -> open == 0, LIMIT);
        crowd.forget();
    }

    private static void note(Crowd.Taken taken, Map<String, List<Long>> arrivals) {
        arrivals.computeIfAbsent(taken.job().getRequest().getScanId(), _ -> new ArrayList<>())
                .add(taken.nanos());
    }

    /**
     * The pace with few and with many waiting, the memory at both, and the way back after a kill.
     */
    private void waiting(
            Crowd crowd,
            BooksReader books,
            Pipeline pipeline,
            int many,
            Map<String, Object> figures,
            PrintStream output)
            throws InterruptedException {
        var scheduler = new SchedulerProcess(pipeline);
        pile(crowd, books, FEW, output);
        scheduler.rest();
        double fewMemory = scheduler.memoryMegabytes();
        double few = pace(crowd, FEW / 2);
        crowd.work(PLACES, Crowd.Answer.COMPLETE);
        books.await("open", open -> open == 0, LIMIT);
        crowd.forget();
        several(crowd, books, pipeline, scheduler, few, figures, output);
        long start = System.nanoTime();
        pile(crowd, books, many, output);
        figures.put(
                "intake_scans_per_second",
                Numbers.rounded(many / ((System.nanoTime() - start) / 1e9)));
        scheduler.rest();
        double manyMemory = scheduler.memoryMegabytes();
        double pace = pace(crowd, FEW / 2);
        figures.put("waiting_scans", many);
        figures.put("few_waiting_decisions_per_second", Numbers.rounded(few));
        figures.put("many_waiting_decisions_per_second", Numbers.rounded(pace));
        figures.put("few_to_many_pace_ratio", Numbers.rounded(few / pace));
        figures.put("few_waiting_memory_megabytes", fewMemory);
        figures.put("many_waiting_memory_megabytes", manyMemory);
        figures.put("memory_growth_megabytes", Numbers.rounded(manyMemory - fewMemory));
        figures.put("many_waiting_stores_megabytes", scheduler.storesMegabytes());
        recovery(crowd, books, scheduler, figures, output);
    }

    /**
     * The pace of two and of three schedulers, and whether anything stands still when one of them
     * is killed and another leaves.
     */
    private void several(
            Crowd crowd,
            BooksReader books,
            Pipeline pipeline,
            SchedulerProcess first,
            double alone,
            Map<String, Object> figures,
            PrintStream output)
            throws InterruptedException {
        for (Service joining : List.of(Service.SCHEDULER_2, Service.SCHEDULER_3)) {
            boolean second = joining == Service.SCHEDULER_2;
            String number = second ? "two" : "three";
            books.await("open", open -> open == 0, LIMIT);
            output.println("Starting another scheduler, so that there are " + number);
            pipeline.start(List.of(joining));
            long started = System.nanoTime();
            books.awaitSchedulers(second ? 2 : 3, SHARED_LIMIT);
            figures.put(
                    "shared_by_%s_after_seconds".formatted(number),
                    Numbers.rounded((System.nanoTime() - started) / 1e9));
            pile(crowd, books, FEW, output);
            first.rest();
            double pace = pace(crowd, FEW / 2);
            figures.put(
                    "%s_schedulers_decisions_per_second".formatted(number), Numbers.rounded(pace));
            figures.put(
                    "one_to_%s_schedulers_pace_ratio".formatted(number),
                    Numbers.rounded(alone / pace));
        }
        output.println("Killing one of them, and stopping another");
        long killed = System.nanoTime();
        Part second = pipeline.part(Service.SCHEDULER_2);
        second.hold();
        second.process()
                .orElseThrow(() -> new MeasurementException("The second scheduler has ended."))
                .destroyForcibly();
        Part third = pipeline.part(Service.SCHEDULER_3);
        third.stop(LIMIT);
        books.awaitSchedulers(1, LIMIT);
        books.await("open", open -> open == 0, LIMIT);
        figures.put(
                "all_done_after_one_was_killed_seconds",
                Numbers.rounded((System.nanoTime() - killed) / 1e9));
        crowd.forget();
    }

    /** So many scans more wait, as there is no worker. */
    private void pile(Crowd crowd, BooksReader books, int scans, PrintStream output)
            throws InterruptedException {
        output.println("Letting %,d scans wait".formatted(scans));
        crowd.work(0, Crowd.Answer.COMPLETE);
        // The workers are forgotten when nothing was heard of their places.
        books.await("running", running -> running == 0, LIMIT);
        for (int i = 0; i < scans; i++) {
            var _ = submit(crowd, "host-%d.example".formatted(i % HOSTS), "client-" + i % CLIENTS);
        }
        crowd.flush();
        books.await("waiting", waiting -> waiting >= scans, Duration.ofSeconds(120 + scans / 200));
    }

    /** Decisions a second, over so many, from the first job on. */
    private static double pace(Crowd crowd, int jobs) throws InterruptedException {
        crowd.forget();
        crowd.work(PLACES, Crowd.Answer.COMPLETE);
        long first = crowd.next(LIMIT).nanos();
        long last = first;
        for (int i = 1; i < jobs; i++) {
            last = crowd.next(LIMIT).nanos();
        }
        return (jobs - 1) / ((last - first) / 1e9);
    }

    /**
     * How long after a kill the scheduler hands out jobs again, and how long until it says that it
     * has every partition, its stores rebuilt.
     */
    private static void recovery(
            Crowd crowd,
            BooksReader books,
            SchedulerProcess scheduler,
            Map<String, Object> figures,
            PrintStream output)
            throws InterruptedException {
        output.println("Killing the scheduler");
        long killed = System.nanoTime();
        scheduler.kill();
        // What was handed out and said just before is still on its way.
        Thread.sleep(Duration.ofSeconds(2));
        crowd.forget();
        books.forget();
        long next = crowd.next(Duration.ofMinutes(10)).nanos();
        figures.put("recovery_seconds", Numbers.rounded((next - killed) / 1e9));
        books.awaitSchedulers(1, SHARED_LIMIT);
        figures.put("whole_recovery_seconds", Numbers.rounded((System.nanoTime() - killed) / 1e9));
    }

    private Future<RecordMetadata> submit(Crowd crowd, String host, String client) {
        return crowd.submit("scan-" + submitted++, client, host);
    }

    private String submitNamed(Crowd crowd, String host, String client) {
        String scanId = "scan-" + submitted++;
        var _ = crowd.submit(scanId, client, host);
        return scanId;
    }

    private static String table(Map<String, Object> figures) {
        var table = new Table("figure", "measured");
        figures.forEach((name, value) -> table.row(name.replace('_', ' '), value.toString()));
        return table.text();
    }
}
