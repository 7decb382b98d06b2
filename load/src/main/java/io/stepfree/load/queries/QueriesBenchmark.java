package io.stepfree.load.queries;

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
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks the gateway for scans, reports and findings with a million scans and twenty million findings
 * in PostgreSQL, and then that whether it ever read a large table as a whole, and which indexes
 * were of no use. Trends have a measurement of their own, see docs/database.md.
 */
public final class QueriesBenchmark implements Benchmark {

    private static final int SCANS = 1_000_000;
    private static final int SCANS_WHEN_SHORT = 100_000;
    private static final int ROUNDS = 50;
    private static final int WARMING = 10;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int OK = 200;
    private static final String TEMPLATE = "ef6f7e7d2ad2720e";

    @Override
    public String name() {
        return "queries";
    }

    @Override
    public String measures() {
        return "reads of scans, reports and findings with 1,000,000 scans and 20,000,000 findings, and the indexes that it uses";
    }

    @Override
    public String needs() {
        return "Linux, 3 GB of memory, 30 GB of disk";
    }

    @Override
    public String takes() {
        return "half an hour; with --short, a tenth of the rows, 4 minutes";
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        Logs.off();
        int scans = brief ? SCANS_WHEN_SHORT : SCANS;
        var figures = new LinkedHashMap<String, Object>();
        figures.put("scans", scans);
        figures.put("findings", (long) scans * LargeStore.OF_A_SCAN);
        try (var folder = WorkFolder.create();
                var pipeline = new Pipeline(settings(root, folder.path()))) {
            output.println("Starting broker, registry, database, report builder and gateway");
            pipeline.startFoundations();
            pipeline.start(List.of(Service.REPORTS, Service.DEAD_LETTERS, Service.GATEWAY));
            pipeline.broker().assureOurs();
            var store = new LargeStore(pipeline.database());
            output.println(
                    "Making %,d scans with %d findings each"
                            .formatted(scans, LargeStore.OF_A_SCAN));
            store.fill(scans);
            figures.put("database_megabytes", store.bytes() >> 20);
            Map<String, List<Double>> asked = ask(pipeline.gateway(), scans, output);
            store.awaitTold();
            output.println();
            output.println(table(asked));
            figures.put("slowest_p95_milliseconds", slowest(asked));
            long whole = store.readAsAWhole().values().stream().mapToLong(Long::longValue).sum();
            figures.put("large_tables_read_as_a_whole", whole);
            output.println("Large tables that were read as a whole: " + store.readAsAWhole());
            output.println("Indexes that nothing used: " + store.unusedIndexes());
            pipeline.stopAll();
        }
        return new Outcome(
                name(),
                figures,
                List.of(
                        new Bound("large_tables_read_as_a_whole", 0),
                        new Bound("slowest_p95_milliseconds", 500)));
    }

    private static PipelineSettings settings(Path root, Path folder) {
        return new PipelineSettings(
                root,
                folder.resolve("run"),
                root.resolve("load/target/queries"),
                List.of(),
                Duration.ofMinutes(20),
                "2s,4s,8s",
                null,
                null);
    }

    /** What is asked for, and how; each a different one in each round where it says %d. */
    private static Map<String, String> questions() {
        var questions = new LinkedHashMap<String, String>();
        questions.put("a scan", "/api/scans/00000000-0000-7000-8000-%012d");
        questions.put("its report", "/api/scans/00000000-0000-7000-8000-%012d/report.json");
        questions.put("what has changed", "/api/scans/00000000-0000-7000-8000-%012d/changes");
        questions.put("scans, the newest", "/api/scans?limit=50");
        questions.put("scans of a status that few have", "/api/scans?limit=50&status=retrying");
        questions.put("scans of a host", "/api/scans?limit=50&host=host-7.example");
        questions.put("scans of a batch", "/api/scans?limit=50&batch=audit-50");
        questions.put(
                "scans of a time",
                "/api/scans?limit=50&from=2026-10-01T00:00:00Z&to=2026-10-02T00:00:00Z");
        questions.put("scans with a low score", "/api/scans?limit=50&scoreTo=10");
        questions.put("findings, the newest", "/api/findings?limit=50");
        questions.put("findings of a rule", "/api/findings?limit=50&rule=rule-7");
        questions.put("findings of a host", "/api/findings?limit=50&host=host-7.example");
        // MD5 of "template7".
        questions.put(
                "findings of a template", "/api/findings?limit=50&template=%s".formatted(TEMPLATE));
        questions.put("findings that are new", "/api/findings?limit=50&state=new");
        questions.put("findings of a criterion", "/api/findings?limit=50&criterion=1.3.1");
        questions.put(
                "findings with a word that none has",
                "/api/findings?limit=50&q=nowhere%%20to%%20be%%20found");
        questions.put("one's own numbers", "/api/status");
        return questions;
    }

    private static Map<String, List<Double>> ask(URI gateway, int scans, PrintStream output)
            throws InterruptedException {
        Map<String, String> questions = questions();
        output.println("Asking %d questions, %d times each".formatted(questions.size(), ROUNDS));
        var asked = new LinkedHashMap<String, List<Double>>();
        try (var http = HttpClient.newHttpClient()) {
            for (int round = -WARMING; round < ROUNDS; round++) {
                // Far apart, and always the client's own.
                int scan = (round + WARMING) * (scans / (ROUNDS + WARMING)) / 5 * 5 + 1;
                for (var question : questions.entrySet()) {
                    double millis = ask(http, gateway.resolve(question.getValue().formatted(scan)));
                    if (round >= 0) {
                        asked.computeIfAbsent(question.getKey(), _ -> new ArrayList<>())
                                .add(millis);
                    }
                }
            }
        }
        return asked;
    }

    private static double ask(HttpClient http, URI address) throws InterruptedException {
        long start = System.nanoTime();
        try {
            var answer =
                    http.send(
                            HttpRequest.newBuilder(address).timeout(LIMIT).build(),
                            HttpResponse.BodyHandlers.ofString());
            double millis = (System.nanoTime() - start) / 1e6;
            if (answer.statusCode() != OK) {
                throw new MeasurementException(
                        "The gateway answered %s with %d: %s"
                                .formatted(address, answer.statusCode(), answer.body()));
            }
            return millis;
        } catch (IOException e) {
            throw new MeasurementException("The gateway does not answer (%s).".formatted(e), e);
        }
    }

    private static double slowest(Map<String, List<Double>> asked) {
        return asked.values().stream()
                .map(millis -> Numbers.percentile(millis, 0.95))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static String table(Map<String, List<Double>> asked) {
        var table = new Table("question", "p50 ms", "p95 ms");
        asked.forEach((question, millis) ->
                table.row(
                        question,
                        String.valueOf(Numbers.percentile(millis, 0.50)),
                        String.valueOf(Numbers.percentile(millis, 0.95))));
        return table.text();
    }
}
