package io.stepfree.load.gateway;

import io.stepfree.load.chaos.pipeline.Pipeline;
import io.stepfree.load.chaos.pipeline.PipelineSettings;
import io.stepfree.load.chaos.pipeline.Service;
import io.stepfree.load.gateway.clients.Clients;
import io.stepfree.load.gateway.clients.Replies;
import io.stepfree.load.measure.Benchmark;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks one gateway by many clients at once: for scans, fifty together, each durable before it is
 * answered, and as many as it can take, beside a bare producer by turns; for the overview of
 * everything, a hundred together; and for a hundred scans end to end, in a real browser.
 */
public final class GatewayBenchmark implements Benchmark {

    private static final int CREATORS = 50;
    private static final int VIEWERS = 100;
    private static final String CREATE = "/api/scans";
    private static final String OVERVIEW = "/api/monitoring/dashboard";
    private static final String SCAN = "{\"url\": \"https://example.com/page-%d\"}";
    private static final int ACCEPTED = 202;
    private static final int OK = 200;
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration WARMING = Duration.ofSeconds(8);

    /** Of which nothing is told. */
    private static final int WARMING_BURSTS = 10;

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public String measures() {
        return "50 creates and 100 overviews at once, throughput beside a bare producer, 100 scans end to end";
    }

    @Override
    public String needs() {
        return "Linux, Chromium, 4 GB of memory";
    }

    @Override
    public String takes() {
        return "4 minutes; with --short 3";
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        Logs.off();
        var figures = new LinkedHashMap<String, Object>();
        try (var folder = WorkFolder.create();
                var pages = new SlowPages()) {
            var settings = settings(root, folder.path(), pages.targets());
            try (var pipeline = new Pipeline(settings)) {
                output.println("Starting broker, registry, database, report builder and gateway");
                pipeline.startFoundations();
                pipeline.start(List.of(Service.REPORTS, Service.DEAD_LETTERS, Service.GATEWAY));
                pipeline.broker().assureOurs();
                new Run(pipeline, folder.path().resolve("answers"), figures, output).measure(brief);
                pipeline.stopAll();
            }
            output.println();
            output.println(table(figures));
            var scans = new LinkedHashMap<String, Object>();
            endToEnd(
                    settings(root, folder.path().resolve("scans"), pages.targets()), scans, output);
            output.println();
            output.println(table(scans));
            figures.putAll(scans);
        }
        return new Outcome(
                name(),
                figures,
                List.of(
                        new Bound("create_p95_milliseconds", 50),
                        new Bound("create_p99_milliseconds", 150),
                        new Bound("producer_to_gateway_ratio", 1 / 0.7),
                        new Bound("overview_p95_milliseconds", 100),
                        new Bound("scan_p95_seconds", 15),
                        new Bound("wrong_answers", 0),
                        new Bound("scans_without_a_report", 0)));
    }

    private static PipelineSettings settings(Path root, Path folder, List<String> targets) {
        return new PipelineSettings(
                root,
                folder.resolve("run"),
                root.resolve("load/target/gateway"),
                targets,
                Duration.ofMinutes(2),
                "2s,4s,8s",
                null,
                null,
                List.of("--stepfree.browser.slots=8", "--stepfree.scheduler.per-host=100"));
    }

    private static void endToEnd(
            PipelineSettings settings, Map<String, Object> figures, PrintStream output)
            throws InterruptedException {
        try (var pipeline = new Pipeline(settings)) {
            output.println("Starting everything anew, with a worker of 8 places");
            pipeline.startFoundations();
            pipeline.start(
                    List.of(
                            Service.REPORTS,
                            Service.DEAD_LETTERS,
                            Service.SCHEDULER,
                            Service.WORKER_1,
                            Service.GATEWAY));
            pipeline.broker().assureOurs();
            new ScansAtOnce(pipeline.gateway(), settings.targets(), output).measure(figures);
            pipeline.stopAll();
        }
    }

    /** The gateway alone. */
    private static final class Run {

        private final Pipeline pipeline;
        private final Path answers;
        private final Map<String, Object> figures;
        private final PrintStream output;
        private long wrong;

        Run(Pipeline pipeline, Path answers, Map<String, Object> figures, PrintStream output) {
            this.pipeline = pipeline;
            this.answers = answers;
            this.figures = figures;
            this.output = output;
        }

        void measure(boolean brief) throws InterruptedException {
            creates(new Clients.AtOnce(WARMING));
            throughput(brief ? 3 : 5);
            output.println("%d creates at once, again and again".formatted(CREATORS));
            int bursts = brief ? 30 : 100;
            latency(
                    "create",
                    creates(new Clients.Together(WARMING_BURSTS + bursts, PAUSE))
                            .without(WARMING_BURSTS * CREATORS));
            output.println("%d overviews at once, again and again".formatted(VIEWERS));
            latency(
                    "overview",
                    overviews(WARMING_BURSTS + bursts).without(WARMING_BURSTS * VIEWERS));
            figures.put("wrong_answers", wrong);
        }

        private void throughput(int rounds) throws InterruptedException {
            output.println(
                    "As many creates as it takes, by %d clients, and a bare producer by turns"
                            .formatted(CREATORS));
            var taken = new ArrayList<Double>();
            var written = new ArrayList<Double>();
            var ratios = new ArrayList<Double>();
            try (var bare = new BareProducer(pipeline.broker().address(), pipeline.registry())) {
                bare.perSecond(CREATORS, WARMING);
                for (int round = 0; round < rounds; round++) {
                    taken.add(creates(new Clients.AtOnce(WARMING)).perSecond());
                    written.add(bare.perSecond(CREATORS, WARMING));
                    ratios.add(written.getLast() / taken.getLast());
                }
            }
            figures.put("creates_per_second", rounded(taken));
            figures.put("bare_records_per_second", rounded(written));
            figures.put("producer_to_gateway_ratio", Numbers.rounded(Numbers.median(ratios)));
        }

        private Replies creates(Clients.Pace pace) throws InterruptedException {
            return ask(CREATE, SCAN, ACCEPTED, CREATORS, pace);
        }

        private Replies overviews(int rounds) throws InterruptedException {
            return ask(OVERVIEW, "", OK, VIEWERS, new Clients.Together(rounds, PAUSE));
        }

        private Replies ask(String path, String body, int status, int count, Clients.Pace pace)
                throws InterruptedException {
            var clients =
                    new Clients(
                            pipeline.gateway().resolve(path), body, status, count, pace, answers);
            Replies replies =
                    Replies.to(
                            clients,
                            pipeline.settings().root(),
                            pipeline.settings().logs().resolve("gatling.log"));
            wrong += replies.wrong();
            return replies;
        }

        private void latency(String of, Replies replies) {
            figures.put(of + "_p50_milliseconds", Numbers.percentile(replies.millis(), 0.50));
            figures.put(of + "_p95_milliseconds", Numbers.percentile(replies.millis(), 0.95));
            figures.put(of + "_p99_milliseconds", Numbers.percentile(replies.millis(), 0.99));
        }

        private static List<Long> rounded(List<Double> rates) {
            return rates.stream().map(Math::round).toList();
        }
    }

    private static String table(Map<String, Object> figures) {
        var table = new Table("figure", "measured");
        figures.forEach((name, value) -> table.row(name.replace('_', ' '), String.valueOf(value)));
        return table.text();
    }
}
