package io.stepfree.load.cache;

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
import io.stepfree.load.results.Results;
import io.stepfree.load.scanner.WorkFolder;
import io.stepfree.platform.process.FreePorts;
import io.stepfree.standalone.machine.Logs;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/**
 * Submits pages again that were scanned a moment ago, beside what the same answer costs when it is
 * read from the database: from the gateway's memory; from a cache server after the gateway was
 * started anew; and with that server dead.
 */
public final class CacheBenchmark implements Benchmark {

    private static final int PAGES = 300;
    private static final int PAGES_WHEN_SHORT = 100;
    private static final int REPEATS = 6_000;
    private static final int REPEATS_WHEN_SHORT = 1_500;
    private static final int ROUNDS = 3;
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    private static final double MOST_MILLISECONDS = 10;

    /** A gateway that has just started may find no result within its patience. */
    private static final double MOST_MISSED_AT_FIRST = 0.05;

    @Override
    public String name() {
        return "cache";
    }

    @Override
    public String measures() {
        return "repeated scans answered from the cache: time, hit rate, with the cache server dead";
    }

    @Override
    public String needs() {
        return "Linux, 2 GB of memory";
    }

    @Override
    public String takes() {
        return "a minute; with --short half of it";
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        Logs.off();
        var figures = new LinkedHashMap<String, Object>();
        int port = freePort();
        try (var folder = WorkFolder.create();
                var pipeline = new Pipeline(settings(root, folder.path(), port))) {
            RedisServer server = server(port);
            try {
                output.println(
                        "Starting broker, registry, database, cache server, report builder and gateway");
                server.start();
                pipeline.startFoundations();
                pipeline.start(List.of(Service.REPORTS, Service.GATEWAY));
                pipeline.broker().assureOurs();
                try (var results = new Results(pipeline.broker().address(), pipeline.registry());
                        var calls = new Calls(pipeline.gateway())) {
                    new Run(pipeline, server, results, calls, figures, output)
                            .measure(
                                    brief ? PAGES_WHEN_SHORT : PAGES,
                                    brief ? REPEATS_WHEN_SHORT : REPEATS);
                }
                pipeline.stopAll();
            } catch (IOException e) {
                throw new MeasurementException(
                        "The cache server cannot be started or stopped (%s).".formatted(e), e);
            } finally {
                stop(server);
            }
        }
        output.println();
        output.println(table(figures));
        return new Outcome(
                name(),
                figures,
                List.of(
                        new Bound("repeat_p99_milliseconds", MOST_MILLISECONDS),
                        new Bound("repeat_missed_share", 0),
                        new Bound("ratio_of_repeat_to_read", 1),
                        new Bound("shared_missed_share", MOST_MISSED_AT_FIRST),
                        new Bound("dead_repeat_p99_milliseconds", MOST_MILLISECONDS),
                        new Bound("dead_missed_share", MOST_MISSED_AT_FIRST),
                        new Bound("dead_repeat_missed_share", 0)));
    }

    private static RedisServer server(int port) {
        try {
            return RedisServer.newRedisServer()
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("save \"\"")
                    .build();
        } catch (IOException e) {
            throw new MeasurementException("There is no cache server (%s).".formatted(e), e);
        }
    }

    private static void stop(RedisServer server) {
        try {
            if (server.isActive()) {
                server.stop();
            }
        } catch (IOException e) {
            throw new MeasurementException("The cache server goes on (%s).".formatted(e), e);
        }
    }

    private static PipelineSettings settings(Path root, Path folder, int port) {
        return new PipelineSettings(
                root,
                folder.resolve("run"),
                root.resolve("load/target/cache"),
                List.of(),
                Duration.ofMinutes(20),
                "2s,4s,8s",
                null,
                null,
                List.of("--stepfree.cache.redis.address=redis://127.0.0.1:" + port));
    }

    /** One measurement. */
    private static final class Run {

        private final Pipeline pipeline;
        private final RedisServer server;
        private final Results results;
        private final Calls calls;
        private final Map<String, Object> figures;
        private final PrintStream output;
        private final List<Results.Page> pages = new ArrayList<>();

        Run(
                Pipeline pipeline,
                RedisServer server,
                Results results,
                Calls calls,
                Map<String, Object> figures,
                PrintStream output) {
            this.pipeline = pipeline;
            this.server = server;
            this.results = results;
            this.calls = calls;
            this.figures = figures;
            this.output = output;
        }

        void measure(int count, int repeats) throws InterruptedException, IOException {
            for (int i = 0; i < count; i++) {
                pages.add(results.scanned(i));
            }
            results.flush();
            figures.put("pages", count);
            for (Results.Page page : pages) {
                awaitRepeated(page);
            }
            output.println("Asking for %,d pages again and again".formatted(count));
            near(repeats);
            output.println("Starting the gateway anew: its memory is empty");
            startAnew();
            far("shared");
            output.println("The same with the cache server dead");
            server.stop();
            startAnew();
            far("dead");
            calls("dead_repeat", repeats / ROUNDS);
        }

        /* In turns, so that all see the same machine. The first round is to warm it up. */
        private void near(int repeats) throws InterruptedException {
            var repeated = new ArrayList<Double>();
            var read = new ArrayList<Double>();
            var anew = new ArrayList<Double>();
            double missed = 0;
            for (int round = 0; round <= ROUNDS; round++) {
                int each = repeats / ROUNDS;
                var cached = calls.time(each, call -> calls.repeat(page(call)), OK);
                var stored = calls.time(each, call -> calls.read(page(call)), OK);
                var scanned = calls.time(each / 10, call -> calls.anew(page(call)), ACCEPTED);
                if (round > 0) {
                    repeated.addAll(cached.milliseconds());
                    read.addAll(stored.milliseconds());
                    anew.addAll(scanned.milliseconds());
                    missed = Math.max(missed, cached.missed());
                }
            }
            tell("repeat", repeated, missed);
            tell("read", read, null);
            tell("new_scan_accepted", anew, null);
            figures.put(
                    "ratio_of_repeat_to_read",
                    Numbers.rounded(Numbers.median(repeated) / Numbers.median(read)));
        }

        /* Each page once, so that none is in the gateway's memory. The first was asked for. */
        private void far(String name) throws InterruptedException {
            List<Results.Page> others = pages.subList(1, pages.size());
            var first = calls.time(others.size(), call -> calls.repeat(others.get(call)), OK);
            tell(name, first.milliseconds(), first.missed());
            figures.put(name + "_most_milliseconds", Numbers.percentile(first.milliseconds(), 1.0));
        }

        private void calls(String name, int repeats) throws InterruptedException {
            var cached = calls.time(repeats, call -> calls.repeat(page(call)), OK);
            tell(name, cached.milliseconds(), cached.missed());
        }

        private void tell(String name, List<Double> milliseconds, @Nullable Double missed) {
            figures.put(name + "_p50_milliseconds", Numbers.percentile(milliseconds, 0.50));
            figures.put(name + "_p99_milliseconds", Numbers.percentile(milliseconds, 0.99));
            if (missed != null) {
                figures.put(name + "_missed_share", Numbers.rounded(missed));
            }
        }

        private Results.Page page(int call) {
            return pages.get(call % pages.size());
        }

        private void startAnew() throws InterruptedException {
            Part gateway = pipeline.part(Service.GATEWAY);
            gateway.stop(LIMIT);
            gateway.start();
            gateway.awaitReady(LIMIT);
            // It has heard again what was told of results.
            awaitRepeated(pages.getFirst());
        }

        private void awaitRepeated(Results.Page page) throws InterruptedException {
            long limit = System.nanoTime() + LIMIT.toNanos();
            while (calls.status(calls.repeat(page)) != OK) {
                if (System.nanoTime() > limit) {
                    throw new MeasurementException(
                            "The result of %s answered nothing within %d s."
                                    .formatted(page.url(), LIMIT.toSeconds()));
                }
                Thread.sleep(BETWEEN_LOOKS);
            }
        }
    }

    private static int freePort() {
        try {
            return FreePorts.one();
        } catch (IOException e) {
            throw new MeasurementException("No port is free (%s).".formatted(e), e);
        }
    }

    private static String table(Map<String, Object> figures) {
        var table = new Table("figure", "measured");
        figures.forEach((name, value) -> table.row(name.replace('_', ' '), value.toString()));
        return table.text();
    }
}
