package io.stepfree.load.replay;

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
import io.stepfree.load.scheduler.BooksReader;
import io.stepfree.load.scheduler.Crowd;
import io.stepfree.standalone.machine.Logs;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.JsonNode;

/**
 * Lets ten thousand scans die, looks through the dead letters page by page and by pattern, and
 * replays them at a bounded rate while fresh scans are submitted: with the replay going and
 * standing still in turns, so that both see the same machine. Pages take a second, without a
 * browser, so that what a replay costs is not hidden behind what browsers cost.
 */
public final class ReplayBenchmark implements Benchmark {

    private static final int DEAD = 10_000;
    private static final int DEAD_WHEN_SHORT = 1_500;
    private static final int PAGE = 100;
    private static final int HOSTS = 500;
    private static final int PLACES = 200;

    /** What a replay does when nobody says otherwise. */
    private static final int RATE = 10;

    private static final int FRESH = 60;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public String measures() {
        return "10,000 dead letters: a page of them at any depth, their patterns, and a replay beside fresh scans";
    }

    @Override
    public String needs() {
        return "Linux, 3 GB of memory";
    }

    @Override
    public String takes() {
        return "8 minutes; with --short 3 minutes";
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        Logs.off();
        int dead = brief ? DEAD_WHEN_SHORT : DEAD;
        var figures = new LinkedHashMap<String, Object>();
        figures.put("dead_letters", dead);
        try (var folder = WorkFolder.create()) {
            var settings =
                    new PipelineSettings(
                            root,
                            folder.path().resolve("run"),
                            root.resolve("load/target/replay"),
                            List.of(),
                            Duration.ofMinutes(20),
                            "2s,4s,8s",
                            null,
                            null);
            try (var pipeline = new Pipeline(settings)) {
                output.println("Starting broker, registry, database and services");
                pipeline.startFoundations();
                pipeline.start(
                        List.of(
                                Service.REPORTS,
                                Service.DEAD_LETTERS,
                                Service.SCHEDULER,
                                Service.GATEWAY));
                pipeline.broker().assureOurs();
                try (var crowd = new Crowd(pipeline.broker().address(), pipeline.registry());
                        var books =
                                new BooksReader(pipeline.broker().address(), pipeline.registry());
                        var ends = new Ends(pipeline.broker().address(), pipeline.registry());
                        var api = new Api(pipeline.gateway())) {
                    die(crowd, books, api, dead, output);
                    pages(api, dead, figures, output);
                    patterns(api, figures, output);
                    beside(crowd, ends, api, brief ? 4 : 8, figures, output);
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
                        new Bound("page_p99_milliseconds", 50),
                        new Bound("last_page_milliseconds", 50),
                        new Bound("patterns_milliseconds", 1_000),
                        new Bound("fresh_with_to_without_replay_ratio", 1.1)));
    }

    private static void die(Crowd crowd, BooksReader books, Api api, int dead, PrintStream output)
            throws InterruptedException {
        output.println("Letting %,d scans die".formatted(dead));
        crowd.work(PLACES, Crowd.Answer.REFUSE_SOME);
        for (int i = 0; i < dead; i++) {
            var _ =
                    crowd.submit(
                            "dead-" + i, Crowd.FAILING, "host-%d.example".formatted(i % HOSTS));
        }
        crowd.flush();
        books.await(
                "dead_lettered", count -> count >= dead, LIMIT.plus(Duration.ofMillis(30L * dead)));
        long end = System.nanoTime() + LIMIT.toNanos();
        while (api.get("/api/status").path("deadLetters").asInt() < dead) {
            if (System.nanoTime() > end) {
                throw new MeasurementException(
                        "Not all dead letters were indexed within %d s."
                                .formatted(LIMIT.toSeconds()));
            }
            Thread.sleep(500);
        }
        crowd.work(PLACES, Crowd.Answer.COMPLETE_AFTER_A_SECOND);
        crowd.forget();
    }

    /** Every page from the first to the last; the first few also warm the gateway up. */
    private static void pages(Api api, int dead, Map<String, Object> figures, PrintStream output)
            throws InterruptedException {
        output.println("Looking through all of them, %d a page".formatted(PAGE));
        var times = new ArrayList<Double>();
        for (int round = 0; round < 3; round++) {
            times.clear();
            int seen = 0;
            String cursor = null;
            do {
                long start = System.nanoTime();
                JsonNode page =
                        api.get(
                                "/admin/dlq/jobs?limit=%d%s"
                                        .formatted(
                                                PAGE, cursor == null ? "" : "&cursor=" + cursor));
                times.add((System.nanoTime() - start) / 1e6);
                seen += page.path("items").size();
                cursor = page.path("next").asString(null);
            } while (cursor != null);
            if (seen != dead) {
                throw new MeasurementException(
                        "The pages showed %,d dead letters instead of %,d.".formatted(seen, dead));
            }
        }
        figures.put("page_p50_milliseconds", Numbers.percentile(times, 0.50));
        figures.put("page_p99_milliseconds", Numbers.percentile(times, 0.99));
        figures.put("last_page_milliseconds", Numbers.rounded(times.getLast()));
    }

    private static void patterns(Api api, Map<String, Object> figures, PrintStream output)
            throws InterruptedException {
        output.println("Asking for their patterns");
        var times = new ArrayList<Double>();
        int patterns = 0;
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            patterns = api.get("/admin/dlq/patterns").path("items").size();
            times.add((System.nanoTime() - start) / 1e6);
        }
        if (patterns == 0) {
            throw new MeasurementException("No pattern was found in the dead letters.");
        }
        figures.put("patterns", patterns);
        figures.put("patterns_milliseconds", Numbers.percentile(times, 0.50));
    }

    /** Fresh scans, in turns with a replay that goes and one that stands still. */
    private static void beside(
            Crowd crowd,
            Ends ends,
            Api api,
            int turns,
            Map<String, Object> figures,
            PrintStream output)
            throws InterruptedException {
        output.println(
                "Replaying %d a second in turns, with fresh scans all the while".formatted(RATE));
        String replay =
                api.post(
                                "/admin/dlq/replays",
                                """
                                {"filter": {}, "rate": %d, "reason": "measuring"}
                                """
                                        .formatted(RATE))
                        .path("id")
                        .asString();
        awaitState(api, replay, "running");
        var with = new ArrayList<Waits>();
        var without = new ArrayList<Waits>();
        for (int turn = 0; turn < turns; turn++) {
            with.add(fresh(crowd, ends, api));
            api.post("/admin/dlq/replays/%s/stop".formatted(replay), "{}");
            awaitState(api, replay, "stopped");
            without.add(fresh(crowd, ends, api));
            api.post("/admin/dlq/replays/%s/resume".formatted(replay), "{}");
            awaitState(api, replay, "running");
        }
        long published = api.get("/admin/dlq/replays/" + replay).path("published").asLong();
        api.post("/admin/dlq/replays/%s/stop".formatted(replay), "{}");
        figures.put("replayed", published);
        double whole = median(with, Waits::whole);
        double wholeAlone = median(without, Waits::whole);
        double start = median(with, Waits::start);
        double startAlone = median(without, Waits::start);
        figures.put("fresh_with_replay_p50_milliseconds", Numbers.rounded(whole));
        figures.put("fresh_without_replay_p50_milliseconds", Numbers.rounded(wholeAlone));
        figures.put("fresh_with_to_without_replay_ratio", Numbers.rounded(whole / wholeAlone));
        figures.put("handed_out_with_replay_p50_milliseconds", Numbers.rounded(start));
        figures.put("handed_out_without_replay_p50_milliseconds", Numbers.rounded(startAlone));
    }

    /**
     * What a client waits for, as medians in milliseconds.
     *
     * @param start from asking the gateway for a scan to its job being handed out
     * @param whole from asking to the result, with pages that take a second
     */
    private record Waits(double start, double whole) {}

    private static double median(List<Waits> turns, ToDoubleFunction<Waits> wait) {
        return Numbers.median(turns.stream().mapToDouble(wait).boxed().toList());
    }

    /** Each of a host of its own, so that none waits for another. */
    private static Waits fresh(Crowd crowd, Ends ends, Api api) throws InterruptedException {
        var asked = new LinkedHashMap<String, Long>();
        var starts = new ArrayList<Double>();
        crowd.forget();
        for (int i = 0; i < FRESH; i++) {
            long now = System.nanoTime();
            String id =
                    api.post(
                                    "/api/scans",
                                    "{\"url\": \"https://fresh-%d.example.org/\"}".formatted(i))
                            .path("id")
                            .asString();
            Crowd.Taken taken = crowd.next(LIMIT);
            while (!taken.job().getRequest().getScanId().equals(id)) {
                taken = crowd.next(LIMIT);
            }
            asked.put(id, now);
            starts.add((taken.nanos() - now) / 1e6);
            Thread.sleep(110 + (i * 37) % 50);
        }
        var wholes = new ArrayList<Double>();
        for (var scan : asked.entrySet()) {
            wholes.add((ends.await(scan.getKey(), LIMIT) - scan.getValue()) / 1e6);
        }
        return new Waits(Numbers.median(starts), Numbers.median(wholes));
    }

    private static void awaitState(Api api, String replay, String state)
            throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            if (api.get("/admin/dlq/replays/" + replay).path("state").asString().equals(state)) {
                return;
            }
            Thread.sleep(100);
        }
        throw new MeasurementException(
                "The replay was not %s within %d s.".formatted(state, LIMIT.toSeconds()));
    }

    private static String table(Map<String, Object> figures) {
        var table = new Table("figure", "measured");
        figures.forEach((name, value) -> table.row(name.replace('_', ' '), value.toString()));
        return table.text();
    }
}
