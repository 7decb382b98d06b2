package io.stepfree.load.pages;

import io.stepfree.load.chaos.pipeline.Database;
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
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Walks a client's list of a million scans down to page 10,000 through the gateway, and asks for
 * that page and for the first by turns.
 */
public final class PagesBenchmark implements Benchmark {

    private static final int SCANS = 1_000_000;
    private static final int SCANS_WHEN_SHORT = 100_000;
    private static final int SHOWN = 50;
    private static final int ROUNDS = 300;
    private static final int WARMING = 100;

    @Override
    public String name() {
        return "pages";
    }

    @Override
    public String measures() {
        return "page 1 and page 10,000 of a list of 1,000,000 scans, through the gateway";
    }

    @Override
    public String needs() {
        return "Linux, 2 GB of memory, 2 GB of disk";
    }

    @Override
    public String takes() {
        return "3 minutes; with --short, 100,000 scans and page 1,000, 2 minutes";
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        Logs.off();
        int scans = brief ? SCANS_WHEN_SHORT : SCANS;
        var figures = new LinkedHashMap<String, Object>();
        figures.put("scans", scans);
        try (var folder = WorkFolder.create()) {
            var settings =
                    new PipelineSettings(
                            root,
                            folder.path().resolve("run"),
                            root.resolve("load/target/pages"),
                            List.of(),
                            Duration.ofMinutes(20),
                            "2s,4s,8s",
                            null,
                            null);
            try (var pipeline = new Pipeline(settings)) {
                output.println("Starting broker, registry, database, report builder and gateway");
                pipeline.startFoundations();
                pipeline.start(List.of(Service.REPORTS, Service.DEAD_LETTERS, Service.GATEWAY));
                pipeline.broker().assureOurs();
                output.println("Making %,d scans and a quarter more of others".formatted(scans));
                fill(pipeline.database(), scans);
                try (var list = new ScanList(pipeline.gateway())) {
                    measure(list, scans / 100, figures, output);
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
                        new Bound("far_to_first_page_ratio", 1.5),
                        new Bound("scans_out_of_order_or_twice", 0)));
    }

    /** Four of five are the client's that asks, four at each moment. */
    private static String insert(int rows) {
        return """
        INSERT INTO reports.scan_status (scan_id, request_id, status, attempt, updated_at, client, url, host,
               standard, priority, submitted_at, earlier_attempts, replays, accepted_at, score)
        SELECT to_char(i, 'FM00000000') || left(md5(i::text), 28), 'request-' || i, 'completed', 1, at,
               CASE WHEN mod(i, 5) = 0 THEN 'client-' || mod(i, 100) ELSE 'local' END,
               'https://example.com/' || i, 'example.com', 'wcag22aa', 'high', at, 0, 0, at,
               mod(i::bigint * 7919, 101)
          FROM (SELECT i, timestamptz '2026-11-01 00:00:00Z' + i / 4 * interval '400 milliseconds' AS at
                  FROM generate_series(1, %d) AS i) AS scans
        """
                .formatted(rows);
    }

    private static void fill(Database database, int scans) {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(insert(scans / 4 * 5));
            statement.execute("VACUUM ANALYZE reports.scan_status");
        } catch (SQLException e) {
            throw new MeasurementException("The scans cannot be made (%s).".formatted(e), e);
        }
    }

    private static void measure(
            ScanList list, int far, Map<String, Object> figures, PrintStream output)
            throws InterruptedException {
        output.println("Walking to page %,d".formatted(far));
        ScanList.Walk walk = list.walk(far, SHOWN);
        figures.put("page", far);
        figures.put("scans_out_of_order_or_twice", walk.outOfOrder());
        output.println("Asking for it and for the first by turns, %d times each".formatted(ROUNDS));
        var first = new ArrayList<Double>();
        var last = new ArrayList<Double>();
        for (int round = -WARMING; round < ROUNDS; round++) {
            double firstMillis = list.page("", SHOWN).millis();
            double lastMillis = list.page(walk.cursor(), SHOWN).millis();
            if (round >= 0) {
                first.add(firstMillis);
                last.add(lastMillis);
            }
        }
        tell("first_page", first, figures);
        tell("far_page", last, figures);
        figures.put(
                "far_to_first_page_ratio",
                Numbers.rounded(Numbers.median(last) / Numbers.median(first)));
    }

    private static void tell(String of, List<Double> millis, Map<String, Object> figures) {
        figures.put(of + "_p50_milliseconds", Numbers.percentile(millis, 0.50));
        figures.put(of + "_p99_milliseconds", Numbers.percentile(millis, 0.99));
    }

    private static String table(Map<String, Object> figures) {
        var table = new Table("figure", "measured");
        figures.forEach((name, value) -> table.row(name.replace('_', ' '), String.valueOf(value)));
        return table.text();
    }
}
