package io.stepfree.load.queries;

import io.stepfree.load.chaos.pipeline.Database;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.reports.history.FindingMonths;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jdbi.v3.core.Jdbi;

/**
 * Fills the tables of report-builder with scans of four months, and tells how PostgreSQL has found
 * what was read since. Four scans of five are of the client that asks.
 */
final class LargeStore {

    /** How many findings each scan has. */
    static final int OF_A_SCAN = 20;

    private static final YearMonth FIRST = YearMonth.of(2026, 8);
    private static final int MONTHS = 4;

    /** A backend that rests tells what it has read after at most this. */
    private static final Duration TOLD_AFTER = Duration.ofSeconds(11);

    /** A table that is read as a whole costs nothing as long as it is small. */
    private static final int LARGE = 10_000;

    /** Of the months of a table, and of the indexes that they have of it, all count as one. */
    private static final String MONTH = "_20\\d\\d_\\d\\d";

    private static final String SCANS =
            """
            INSERT INTO reports.scan_status (scan_id, request_id, status, attempt, updated_at, client, url, host,
                   standard, priority, batch_id, submitted_at, earlier_attempts, replays, accepted_at, score)
            SELECT scan_id, 'request-' || i,
                   CASE WHEN mod(i, 1000) = 7 THEN 'retrying' WHEN mod(i, 100) = 1 THEN 'dead_lettered'
                        ELSE 'completed' END,
                   1, at, client, url, host, 'wcag22aa', 'high',
                   'audit-' || i / 1000, at, 0, 0, at, mod(i::bigint * 7919, 101)
            """;

    private static final String REPORTS =
            """
            INSERT INTO reports.report (scan_id, document, html_file, json_file, published_at, client, submitted_at,
                   repeat_key, completed_at, announced_at)
            SELECT scan_id,
                   jsonb_build_object('scanId', scan_id, 'client', client, 'url', url,
                                      'finalUrl', url, 'validity', 'valid', 'score', mod(i, 101),
                                      'completedAt', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                                      'submittedAt', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                                      'engine', 'axe-core 4.14.1', 'title', 'Page ' || i),
                   '/r/' || i || '.html', '/r/' || i || '.json', at, client, at, md5(client || url), at, at
            """;

    private static final String COMPARISONS =
            """
            INSERT INTO reports.comparison (scan_id, client, submitted_at, completed_at, page_key, engine, final_page,
                   whole, cut_rules, template, found, previous_scan_id, new, persisting)
            SELECT scan_id, client, at, at, md5(client || url), 'axe-core 4.14.1',
                   host || '/', true, '{}', left(md5('template' || mod(i, 30)), 16), %1$d,
                   CASE WHEN i > 97000 THEN '00000000-0000-7000-8000-' || to_char(i - 97000, 'FM000000000000') END, 1, %1$d - 1
            """
                    .formatted(OF_A_SCAN);

    private static final String FINDINGS =
            """
            INSERT INTO reports.finding (scan_id, place, completed_at, submitted_at, client, host, url, page_key, template,
                   rule, criteria, impact, kind, fingerprint, target, html, state)
            SELECT scan_id, place, at, at, client, host, url, md5(client || url), left(md5('template' || mod(i, 30)), 16),
                   'rule-' || mod(i + place, 60), ARRAY['1.' || mod(place, 5) || '.1'],
                   (ARRAY['minor', 'moderate', 'serious', 'critical'])[1 + mod(place, 4)],
                   CASE WHEN mod(place, 10) = 0 THEN 'needs_review' ELSE 'violation' END,
                   md5(url || place), ARRAY['main > div:nth-child(' || place || ')'],
                   '<div class="' || md5(url || i || place) || '">Some text that is in it</div>',
                   CASE WHEN place = 7 THEN 'new' ELSE 'persisting' END
            """;

    private final Database database;

    LargeStore(Database database) {
        this.database = database;
    }

    /** Those from one number to before another. */
    private static String of(int from, int to, int scans) {
        return """
          FROM (SELECT i, '00000000-0000-7000-8000-' || to_char(i, 'FM000000000000') AS scan_id, client, host, 'https://' || host || '/' || mod(i, 1000) AS url,
                       timestamptz '%4$s-01 00:00:00Z' + i * (interval '121 days' / %3$d) AS at
                  FROM generate_series(%1$d, %2$d) AS i,
                       LATERAL (SELECT CASE WHEN mod(i, 5) = 0 THEN 'client-' || mod(i, 100) ELSE 'local' END AS client,
                                       'host-' || mod(i, 97) || '.example' AS host) AS of) AS scan
        """
                .formatted(from, to - 1, scans, FIRST);
    }

    /** Makes so many scans, each with its report, its findings and what they are compared with. */
    void fill(int scans) {
        var months = new FindingMonths(Jdbi.create(database::connect));
        for (int month = 0; month < MONTHS; month++) {
            months.make(Instant.parse(FIRST.plusMonths(month) + "-01T00:00:00Z"));
        }
        run(statement -> {
            int step = Math.max(1, scans / 20);
            for (int from = 0; from < scans; from += step) {
                String of = of(from, Math.min(scans, from + step), scans);
                statement.execute(SCANS + of);
                statement.execute(REPORTS + of);
                statement.execute(COMPARISONS + of);
                statement.execute(
                        FINDINGS
                                + of
                                + ", generate_series(0, %d) AS place".formatted(OF_A_SCAN - 1));
            }
            statement.execute(
                    "VACUUM ANALYZE reports.scan_status, reports.report, reports.comparison, reports.finding");
            statement.execute("SELECT pg_stat_reset()");
        });
    }

    /** How large it is, in bytes. */
    long bytes() {
        var bytes = new long[1];
        query(
                "SELECT pg_database_size(current_database())",
                row -> {
                    bytes[0] = Long.parseLong(row.getFirst());
                    return true;
                });
        return bytes[0];
    }

    /** Returns once everything that was read until now is told. */
    void awaitTold() throws InterruptedException {
        Thread.sleep(TOLD_AFTER);
    }

    /** How often each large table was read from one end to the other. */
    Map<String, Long> readAsAWhole() {
        var tables = new TreeMap<String, Long>();
        query(
                """
                SELECT regexp_replace(relname, '%s', ''), sum(seq_scan)
                  FROM pg_stat_user_tables
                 WHERE schemaname = 'reports' AND (SELECT reltuples FROM pg_class WHERE oid = relid) >= %d
                 GROUP BY 1
                """
                        .formatted(MONTH, LARGE),
                row -> tables.put(row.getFirst(), Long.valueOf(row.getLast())) == null);
        return tables;
    }

    /** The indexes of this service that nothing used, and their size. */
    List<String> unusedIndexes() {
        var unused = new ArrayList<String>();
        query(
                """
                SELECT regexp_replace(relname || ' ' || indexrelname, '%1$s', '', 'g'),
                       pg_size_pretty(sum(pg_relation_size(indexrelid)))
                  FROM pg_stat_user_indexes
                 WHERE schemaname = 'reports'
                 GROUP BY 1
                HAVING sum(idx_scan) = 0
                 ORDER BY sum(pg_relation_size(indexrelid)) DESC
                """
                        .formatted(MONTH),
                row -> unused.add(row.getFirst() + " (" + row.getLast() + ")"));
        return unused;
    }

    @FunctionalInterface
    private interface Work {
        void on(Statement statement) throws SQLException;
    }

    private void run(Work work) {
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            work.on(statement);
        } catch (SQLException e) {
            throw new MeasurementException("The database refuses (%s).".formatted(e), e);
        }
    }

    private void query(String sql, Predicate<List<String>> each) {
        run(statement -> {
            try (var rows = statement.executeQuery(sql)) {
                int columns = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    var row = new ArrayList<String>();
                    for (int column = 1; column <= columns; column++) {
                        row.add(rows.getString(column));
                    }
                    var _ = each.test(row);
                }
            }
        });
    }
}
