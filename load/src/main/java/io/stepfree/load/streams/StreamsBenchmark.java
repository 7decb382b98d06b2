package io.stepfree.load.streams;

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
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Holds a thousand live streams open at one gateway, each on a scan to which something happens
 * every few seconds. Each client is cut off once in the middle and comes back with the last id it
 * has seen. In the end every scan has been told to the end, once and without a gap, and the gateway
 * has no more on its heap than in the beginning.
 */
public final class StreamsBenchmark implements Benchmark {

    private static final int STREAMS = 1_000;
    private static final int STREAMS_WHEN_SHORT = 300;
    private static final Duration SPAN = Duration.ofMinutes(5);
    private static final Duration SPAN_WHEN_SHORT = Duration.ofMinutes(1);

    /** How often something happens to each scan. */
    private static final Duration BETWEEN_STEPS = Duration.ofSeconds(5);

    private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration SETTLING = Duration.ofSeconds(5);

    /**
     * Others' events, enough that the gateway's memory of the newest is full from the beginning.
     */
    private static final int OTHERS = 500;

    private static final int STEPS_OF_OTHERS = 50;

    private static final double HEAP_GROWTH_MEGABYTES = 5;

    @Override
    public String name() {
        return "streams";
    }

    @Override
    public String measures() {
        return "1,000 live streams that are cut and resumed: gaps, doubles, delay, the gateway's heap";
    }

    @Override
    public String needs() {
        return "Linux, 2 GB of memory";
    }

    @Override
    public String takes() {
        return "6 minutes; with --short, 300 streams, 2 minutes";
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        Logs.off();
        int streams = brief ? STREAMS_WHEN_SHORT : STREAMS;
        var figures = new LinkedHashMap<String, Object>();
        figures.put("streams", streams);
        try (var folder = WorkFolder.create()) {
            try (var pipeline = new Pipeline(settings(root, folder.path()))) {
                output.println("Starting broker, registry, database, report builder and gateway");
                pipeline.startFoundations();
                pipeline.start(List.of(Service.REPORTS, Service.GATEWAY));
                pipeline.broker().assureOurs();
                try (var teller = new Teller(pipeline.broker().address(), pipeline.registry());
                        var http = HttpClient.newHttpClient()) {
                    new Run(pipeline, teller, http, streams, figures, output)
                            .measure(brief ? SPAN_WHEN_SHORT : SPAN);
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
                        new Bound("events_missed", 0),
                        new Bound("events_doubled", 0),
                        new Bound("streams_without_an_end", 0),
                        new Bound("delay_p99_milliseconds", 1_000),
                        new Bound("heap_growth_megabytes", HEAP_GROWTH_MEGABYTES)));
    }

    private static PipelineSettings settings(Path root, Path folder) {
        return new PipelineSettings(
                root,
                folder.resolve("run"),
                root.resolve("load/target/streams"),
                List.of(),
                Duration.ofMinutes(20),
                "2s,4s,8s",
                null,
                null,
                List.of("--stepfree.gateway.streams.per-client=" + STREAMS * 2));
    }

    /** One measurement. */
    private static final class Run {

        private final Pipeline pipeline;
        private final Teller teller;
        private final HttpClient http;
        private final Map<String, Object> figures;
        private final PrintStream output;
        private final List<String> scans;
        private final long[] steps;
        private final List<Follower> followers = new ArrayList<>();
        private final List<Long> heap = new ArrayList<>();
        private final Random random = new Random(7);
        private int cuts;

        Run(
                Pipeline pipeline,
                Teller teller,
                HttpClient http,
                int streams,
                Map<String, Object> figures,
                PrintStream output) {
            this.pipeline = pipeline;
            this.teller = teller;
            this.http = http;
            this.figures = figures;
            this.output = output;
            this.scans =
                    Stream.generate(() -> UUID.randomUUID().toString()).limit(streams).toList();
            this.steps = new long[streams];
        }

        void measure(Duration span) throws InterruptedException {
            others();
            scans.forEach(scan -> teller.step(scan, 0));
            teller.flush();
            long empty = LiveHeap.bytes(gateway());
            output.println("Opening %,d streams".formatted(scans.size()));
            for (String scan : scans) {
                followers.add(new Follower(http, pipeline.gateway(), scan));
            }
            awaitOpen();
            tell(SETTLING, false);
            heap.add(LiveHeap.bytes(gateway()));
            output.println(
                    "Telling for %d s what happens, and cutting each client off once"
                            .formatted(span.toSeconds()));
            tell(span, true);
            heap.add(LiveHeap.bytes(gateway()));
            end();
            figures(empty);
        }

        private void awaitOpen() throws InterruptedException {
            for (Follower follower : followers) {
                if (!follower.awaitOpen(LIMIT)) {
                    throw new MeasurementException(
                            "A stream did not begin within %d s (%s)."
                                    .formatted(LIMIT.toSeconds(), follower.failure()));
                }
            }
        }

        private long gateway() {
            return pipeline.part(Service.GATEWAY)
                    .process()
                    .orElseThrow(() -> new MeasurementException("The gateway does not run."))
                    .pid();
        }

        private void others() {
            for (int step = 0; step < STEPS_OF_OTHERS; step++) {
                for (int i = 0; i < OTHERS; i++) {
                    teller.step("other-" + i, step);
                }
            }
            teller.flush();
        }

        /** Each scan in turn, spread evenly over the time between two steps. */
        private void tell(Duration span, boolean cutting) throws InterruptedException {
            long start = System.nanoTime();
            long sampled = start;
            double stepNanos = (double) BETWEEN_STEPS.toNanos() / scans.size();
            double cutNanos = (double) span.toNanos() / scans.size();
            List<Integer> order = shuffled();
            long told = 0;
            int cut = 0;
            for (long now = start; now - start < span.toNanos(); now = System.nanoTime()) {
                for (; told * stepNanos < now - start; told++) {
                    int scan = (int) (told % scans.size());
                    steps[scan]++;
                    teller.step(scans.get(scan), steps[scan]);
                }
                for (; cutting && cut < order.size() && cut * cutNanos < now - start; cut++) {
                    followers.get(order.get(cut)).cut();
                    cuts++;
                }
                if (cutting && now - sampled > BETWEEN_SAMPLES.toNanos()) {
                    heap.add(LiveHeap.bytes(gateway()));
                    sampled = now;
                }
                Thread.sleep(5);
            }
            teller.flush();
        }

        private List<Integer> shuffled() {
            var order = new ArrayList<Integer>();
            for (int i = 0; i < scans.size(); i++) {
                order.add(i);
            }
            Collections.shuffle(order, random);
            return order;
        }

        private void end() throws InterruptedException {
            for (int i = 0; i < scans.size(); i++) {
                followers.get(i).expectEndAfter(steps[i]);
                teller.cancel(scans.get(i), steps[i]);
            }
            teller.flush();
            int without = 0;
            long limit = System.nanoTime() + LIMIT.toNanos();
            for (Follower follower : followers) {
                Duration left = Duration.ofNanos(Math.max(1, limit - System.nanoTime()));
                if (!follower.awaitEnd(left)) {
                    without++;
                    output.println("A stream had no end: " + follower.failure());
                }
            }
            figures.put("streams_without_an_end", without);
        }

        private void figures(long empty) {
            List<Tally> tallies =
                    followers.stream().map(Follower::tally).filter(Tally::ended).toList();
            List<Double> delays =
                    tallies.stream().flatMap(tally -> tally.delays().stream()).toList();
            figures.put("events", tallies.stream().mapToLong(Tally::events).sum());
            figures.put("clients_cut_off", cuts);
            figures.put(
                    "refused_and_came_again", followers.stream().mapToInt(Follower::refused).sum());
            figures.put("events_missed", tallies.stream().mapToLong(Tally::missed).sum());
            figures.put("events_doubled", tallies.stream().mapToLong(Tally::doubled).sum());
            figures.put("delay_p50_milliseconds", Numbers.percentile(delays, 0.50));
            figures.put("delay_p99_milliseconds", Numbers.percentile(delays, 0.99));
            figures.put("heap_megabytes", heap.stream().map(Numbers::megabytes).toList());
            figures.put(
                    "heap_of_a_stream_kilobytes",
                    Math.round((heap.getFirst() - empty) / 1_000.0 / scans.size()));
            figures.put(
                    "heap_growth_megabytes", Numbers.megabytes(heap.getLast() - heap.getFirst()));
        }
    }

    private static String table(Map<String, Object> figures) {
        var table = new Table("figure", "measured");
        figures.forEach((name, value) -> table.row(name.replace('_', ' '), value.toString()));
        return table.text();
    }
}
