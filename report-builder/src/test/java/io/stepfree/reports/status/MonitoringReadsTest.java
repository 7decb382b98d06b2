package io.stepfree.reports.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TestDatabase;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the gateway reads of the views again and again, with many rows in a real database. */
final class MonitoringReadsTest {

    private static final String SCANS =
            """
            INSERT INTO reports.scan_status (scan_id, request_id, status, attempt, updated_at, client, submitted_at)
            SELECT 's' || i, 'r' || i, 'completed', 1, now(), 'client-' || i % 1000, now() - i * interval '1 minute'
              FROM generate_series(1, 50000) AS i
            """;

    private static final String REPORTS =
            """
            INSERT INTO reports.report (scan_id, document, html_file, json_file, published_at)
            SELECT 's' || i, '{"score": 80}', 'a.html', 'a.json', now() - i * interval '30 minutes'
              FROM generate_series(1, 20000) AS i
            """;

    private static final String SECOND_LOOKS =
            """
            WITH first AS (
                INSERT INTO reports.comparison (scan_id, client, submitted_at, completed_at, engine, final_page, whole,
                       cut_rules, found)
                SELECT scan_id, client, submitted_at, submitted_at, 'axe-core', '', true, '{}', 0
                  FROM reports.scan_status
                 WHERE right(scan_id, 4) < '1000'
                RETURNING scan_id, client)
            INSERT INTO reports.relook (scan_id, relook_scan_id, client)
            SELECT scan_id, 'again ' || scan_id, client FROM first
            """;

    private static final String OF_CLIENT =
            """
            SELECT count(*) AS all_scans,
                   count(*) FILTER (WHERE submitted_at >= now() - interval '1 hour') AS lately,
                   count(*) FILTER (WHERE status IN ('accepted', 'dispatched', 'retrying')) AS open
              FROM reports.scan_status_view
             WHERE client = 'client-7' AND relook_of IS NULL
            """;

    private static final String SCORE =
            """
            SELECT avg((document ->> 'score')::numeric)::float8
              FROM reports.report_view
             WHERE published_at >= now() - interval '7 days' AND document ->> 'score' IS NOT NULL
            """;

    private static TestDatabase database;
    private static Jdbi jdbi;

    @BeforeAll
    static void start() {
        database = TestDatabase.start("reports");
        jdbi = database.jdbi();
        jdbi.useHandle(handle -> {
            handle.execute(SCANS);
            handle.execute(REPORTS);
            handle.execute(SECOND_LOOKS);
            handle.execute("VACUUM ANALYZE reports.scan_status, reports.report, reports.relook");
        });
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void theScansOfOneClientAreCountedWithoutReadingThoseOfOthers() {
        assertThat(plan(OF_CLIENT)).contains("scan_status_client").doesNotContain("Seq Scan");
    }

    @Test
    void theScoresOfAWeekAreReadWithoutThoseOfAYear() {
        assertThat(plan(SCORE)).contains("report_published").doesNotContain("Seq Scan");
    }

    private static String plan(String query) {
        return jdbi.withHandle(handle ->
                String.join(
                        "\n", handle.createQuery("EXPLAIN " + query).mapTo(String.class).list()));
    }
}
