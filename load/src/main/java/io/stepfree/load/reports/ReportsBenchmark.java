package io.stepfree.load.reports;

import io.stepfree.load.chaos.pipeline.Pipeline;
import io.stepfree.load.chaos.pipeline.PipelineSettings;
import io.stepfree.load.chaos.pipeline.Service;
import io.stepfree.load.measure.Benchmark;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.measure.Numbers;
import io.stepfree.load.measure.Outcome;
import io.stepfree.load.measure.Outcome.Bound;
import io.stepfree.load.measure.Table;
import io.stepfree.load.results.ResultSize;
import io.stepfree.load.results.Results;
import io.stepfree.load.scanner.WorkFolder;
import io.stepfree.standalone.machine.Logs;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells results on the topic as a scheduler would: one by one, until each report can be read over
 * HTTP; then many at once, until all are stored, beside a bare COPY of the same documents. And
 * renders a page with 5,000 findings.
 */
public final class ReportsBenchmark implements Benchmark {

    private static final int WARMING = 300;
    private static final int ONE_BY_ONE = 200;
    private static final int AT_ONCE_WHEN_SHORT = 2_000;

    /** In its time the compilers have the most to do, and results are still being told. */
    private static final double FIRST_NOT_COUNTED = 0.5;

    private static final int HOSTS = 100;
    private static final Duration BETWEEN_RESULTS = Duration.ofMillis(50);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);
    private static final Duration BETWEEN_COUNTS = Duration.ofMillis(250);
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int OK = 200;

    @Override
    public String name() {
        return "reports";
    }

    @Override
    public String measures() {
        return "result to readable report, results stored a second beside a bare COPY, a page of 5,000 findings";
    }

    @Override
    public String needs() {
        return "Linux, 2 GB of memory";
    }

    @Override
    public String takes() {
        return "5 minutes; with --short one";
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        Logs.off();
        var figures = new LinkedHashMap<String, Object>();
        try (var folder = WorkFolder.create();
                var pipeline =
                        new Pipeline(settings(root, folder.path()), Set.of(Service.REPORTS));
                var http = HttpClient.newHttpClient()) {
            output.println("Starting broker, registry, database, report builder and gateway");
            pipeline.startFoundations();
            pipeline.start(List.of(Service.REPORTS, Service.GATEWAY));
            pipeline.broker().assureOurs();
            try (var results = new Results(pipeline.broker().address(), pipeline.registry());
                    var stored = new StoredResults(pipeline.broker().address())) {
                var run = new Run(pipeline, results, stored, http, figures);
                output.println("Telling %,d results one by one".formatted(ONE_BY_ONE));
                run.oneByOne();
                for (ResultSize size : ResultSize.values()) {
                    int count = brief ? AT_ONCE_WHEN_SHORT : atOnce(size);
                    output.println(
                            "Telling %,d results of %d findings at once"
                                    .formatted(count, size.findings()));
                    run.atOnce(count, size);
                }
            }
            pipeline.stopAll();
        }
        output.println("Rendering a page with %,d findings".formatted(LongPage.FINDINGS));
        figures.put("long_page_milliseconds", LongPage.milliseconds());
        output.println();
        output.println(table(figures));
        return new Outcome(
                name(),
                figures,
                List.of(
                        new Bound("readable_p95_milliseconds", 500),
                        // 500 a second.
                        new Bound("of_20_findings_milliseconds", 2),
                        new Bound("long_page_milliseconds", 1_000)));
    }

    /** As many as take a minute or two. */
    private static int atOnce(ResultSize size) {
        return switch (size) {
            case COMMON -> 40_000;
            case LARGE -> 10_000;
        };
    }

    private static PipelineSettings settings(Path root, Path folder) {
        return new PipelineSettings(
                root,
                folder.resolve("run"),
                root.resolve("load/target/reports"),
                List.of(),
                Duration.ofMinutes(20),
                "2s,4s,8s",
                null,
                null);
    }

    /** One measurement. */
    private static final class Run {

        private final Pipeline pipeline;
        private final Results results;
        private final StoredResults stored;
        private final HttpClient http;
        private final Map<String, Object> figures;
        private int told;

        Run(
                Pipeline pipeline,
                Results results,
                StoredResults stored,
                HttpClient http,
                Map<String, Object> figures) {
            this.pipeline = pipeline;
            this.results = results;
            this.stored = stored;
            this.http = http;
            this.figures = figures;
        }

        void oneByOne() throws InterruptedException {
            tell(WARMING, ResultSize.LARGE);
            awaitStored(told);
            var milliseconds = new ArrayList<Double>();
            for (int i = 0; i < ONE_BY_ONE; i++) {
                long start = System.nanoTime();
                Results.Page page = results.scanned(told, host(told), ResultSize.LARGE);
                told++;
                results.flush();
                awaitReadable(page.scanId(), start);
                milliseconds.add((System.nanoTime() - start) / 1e6);
                Thread.sleep(BETWEEN_RESULTS);
            }
            figures.put("readable_p50_milliseconds", Numbers.percentile(milliseconds, 0.50));
            figures.put("readable_p95_milliseconds", Numbers.percentile(milliseconds, 0.95));
            figures.put("readable_p99_milliseconds", Numbers.percentile(milliseconds, 0.99));
        }

        void atOnce(int count, ResultSize size) throws InterruptedException {
            tell(count, size);
            awaitStored(told - count + (int) (count * FIRST_NOT_COUNTED));
            // What a poll has brought is committed after all of it is stored.
            long before = rows();
            long start = System.nanoTime();
            awaitStored(told);
            double perSecond = (told - before) * 1e9 / (System.nanoTime() - start);
            assureAllStored();
            double copied =
                    new BareCopy(
                                    pipeline.database(),
                                    pipeline.settings().folder().resolve("bare.copy"))
                            .perSecond(count);
            String of = "of_%d_findings_".formatted(size.findings());
            figures.put(of + "stored_per_second", Math.round(perSecond));
            figures.put(of + "milliseconds", Numbers.rounded(1_000 / perSecond));
            figures.put(of + "copied_per_second", Math.round(copied));
            figures.put(of + "copy_to_stored_ratio", Numbers.rounded(copied / perSecond));
        }

        private void tell(int count, ResultSize size) {
            for (int i = 0; i < count; i++, told++) {
                results.scanned(told, host(told), size);
            }
            results.flush();
        }

        private static String host(int number) {
            return "shop-%d.example".formatted(number % HOSTS);
        }

        private void awaitReadable(String scanId, long start) throws InterruptedException {
            var request =
                    HttpRequest.newBuilder(
                                    pipeline.gateway()
                                            .resolve("/api/scans/%s/report.json".formatted(scanId)))
                            .build();
            try {
                while (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode()
                        != OK) {
                    giveUpAfter(start);
                    Thread.sleep(BETWEEN_LOOKS);
                }
            } catch (IOException e) {
                throw new MeasurementException("The gateway does not answer (%s).".formatted(e), e);
            }
        }

        private void awaitStored(int many) throws InterruptedException {
            long start = System.nanoTime();
            while (stored.count() < many) {
                giveUpAfter(start);
                Thread.sleep(BETWEEN_COUNTS);
            }
        }

        private long rows() {
            try (var connection = pipeline.database().connect();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT count(*) FROM reports.report")) {
                rows.next();
                return rows.getLong(1);
            } catch (SQLException e) {
                throw new MeasurementException("The database does not answer.", e);
            }
        }

        private void assureAllStored() {
            if (rows() != told) {
                throw new MeasurementException(
                        "Of %,d results that were told there are %,d rows."
                                .formatted(told, rows()));
            }
        }

        private void giveUpAfter(long start) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new MeasurementException(
                        "Not all of %,d results became reports within %d s."
                                .formatted(told, LIMIT.toSeconds()));
            }
        }
    }

    private static String table(Map<String, Object> figures) {
        var table = new Table("figure", "measured");
        figures.forEach((name, value) -> table.row(name.replace('_', ' '), value.toString()));
        return table.text();
    }
}
