package io.stepfree.reports.trends;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.reports.history.FindingMonths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the gateway reads of trends, as the role that it reads in, with many scans over four months
 * in a real database that were counted as always: never in all rows of a table. With {@code
 * -Dstepfree.trends=1000000} it is a measurement for docs/database.md; the plans are in {@code
 * target/trends.txt}.
 */
final class TrendReadsTest {

    private static final int SCANS = Integer.getInteger("stepfree.trends", 20_000);
    private static final int MONTHS = 4;

    /* Four of five scans are of one client, on 97 sites with 2,000 pages. */
    private static final String COMPARISONS =
            """
            INSERT INTO reports.comparison (scan_id, client, submitted_at, completed_at, page_key, engine, final_page,
                   whole, cut_rules, found)
            SELECT 'scan-' || to_char(i, 'FM00000000'), CASE WHEN mod(i, 5) = 0 THEN 'client-' || mod(i, 100) ELSE 'local' END,
                   at, at, 'page-' || mod(i, 2000), 'axe-core 4.14.1', 'host-' || mod(mod(i, 2000), 97) || '.example/', true, '{}', 5
              FROM (SELECT i, timestamptz '2026-08-01 00:00:00Z' + i * (interval '121 days' / %1$d) AS at
                      FROM generate_series(1, %1$d) AS i) AS scans
            """
                    .formatted(SCANS);

    private static final String SCANS_OF_THEM =
            """
            INSERT INTO reports.trend_scan (scan_id, client, host, url, look, submitted_at, completed_at, seen, whole, score, rules,
                   occurrences)
            SELECT scan_id, client, split_part(final_page, '/', 1), 'https://' || final_page || page_key, page_key,
                   submitted_at, completed_at, true, true, 50 + mod(abs(hashtext(scan_id)), 50),
                   ARRAY['label', 'image-alt', 'color-contrast', 'region', 'link-name'], ARRAY[1, 2, 12, 3, 1]
              FROM reports.comparison
            """;

    private static TestDatabase database;
    private static Jdbi jdbi;
    private static String counting = "";

    @BeforeAll
    static void start() {
        database = TestDatabase.start("reports");
        jdbi = database.jdbi();
        var months = new FindingMonths(jdbi);
        for (int month = 0; month < MONTHS; month++) {
            months.make(Instant.parse(YearMonth.of(2026, 8).plusMonths(month) + "-01T00:00:00Z"));
        }
        jdbi.useHandle(handle -> {
            handle.execute(COMPARISONS);
            handle.execute(SCANS_OF_THEM);
            handle.execute("VACUUM ANALYZE reports.comparison, reports.trend_scan");
        });
        long begun = System.nanoTime();
        try (var keeping = new TrendKeeping(jdbi, Duration.ofHours(1))) {
            int sites = keeping.countDue();
            counting =
                    "counted all days, weeks and months of %,d sites in %,d ms"
                            .formatted(
                                    sites, Duration.ofNanos(System.nanoTime() - begun).toMillis());
        }
        jdbi.useHandle(handle -> handle.execute("VACUUM ANALYZE reports.trend"));
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "week | rule = ''",
                "day | rule = '' AND host = 'host-7.example'",
                "week | rule IN ('', 'label')",
                "day | rule IN ('', 'label') AND host = 'host-7.example'",
            })
    void theSitesThatAreAddedUpAreFoundAlongAnIndex(String bucket, String subject) {
        assertThat(explain("EXPLAIN", counts(bucket, subject))).doesNotContain("Seq Scan");
    }

    @Test
    void theLooksAtOnePageAreFoundAlongTheirIndex() {
        assertThat(explain("EXPLAIN", looks()))
                .contains("trend_scan_page")
                .doesNotContain("Seq Scan on trend_scan");
    }

    @Test
    void thePlansAreWrittenDown() throws IOException {
        var told = new ArrayList<String>();
        told.add("%,d scans; %s".formatted(SCANS, counting));
        told.add("by client and week:\n" + measured(counts("week", "rule = ''")));
        told.add("by client and day:\n" + measured(counts("day", "rule = ''")));
        told.add(
                "by site and day:\n"
                        + measured(counts("day", "rule = '' AND host = 'host-7.example'")));
        told.add("by rule and week:\n" + measured(counts("week", "rule IN ('', 'label')")));
        told.add("by page:\n" + measured(looks()));
        told.add("by client and week, from the scans themselves:\n" + measured(fromScans()));
        Files.writeString(Path.of("target", "trends.txt"), String.join("\n\n", told));

        assertThat(told.getLast()).contains("Execution Time");
    }

    /** As the gateway asks, see its TrendProjection. */
    private static String counts(String bucket, String subject) {
        return """
        SELECT begins, sum(scans), sum(pages_seen) FILTER (WHERE rule = ''), sum(pages_seen_in_part), sum(pages_not_seen), sum(issues),
               sum(occurrences), sum(new), sum(fixed), sum(persisting)
          FROM reports.trend_view
         WHERE client = 'local' AND bucket = '%s' AND begins >= '2026-08-01T00:00:00Z' AND begins < '2026-12-01T00:00:00Z'
           AND %s
         GROUP BY begins
        """
                .formatted(bucket, subject);
    }

    private static String looks() {
        return """
        SELECT DISTINCT ON (begins, look) begins, whole, score, rules, occurrences
          FROM (SELECT *, date_trunc('week', completed_at, 'UTC') AS begins
                  FROM reports.trend_scan_view
                 WHERE client = 'local' AND page = md5('https://host-7.example/page-7')
                   AND url = 'https://host-7.example/page-7'
                   AND completed_at >= '2026-08-01T00:00:00Z' AND completed_at < '2026-12-01T00:00:00Z') AS looks
         WHERE seen
         ORDER BY begins, look, whole DESC, completed_at DESC, scan_id DESC
        """;
    }

    private static String fromScans() {
        return """
        SELECT begins, count(DISTINCT url), sum(cardinality(rules))
          FROM (SELECT DISTINCT ON (begins, look) begins, url, rules
                  FROM (SELECT *, date_trunc('week', completed_at, 'UTC') AS begins
                          FROM reports.trend_scan_view
                         WHERE client = 'local') AS looks
                 ORDER BY begins, look, completed_at DESC, scan_id DESC) AS last
         GROUP BY begins
        """;
    }

    private static String explain(String how, String query) {
        return jdbi.inTransaction(handle -> {
            become(handle);
            return String.join(
                    "\n", handle.createQuery(how + " " + query).mapTo(String.class).list());
        });
    }

    private static String measured(String query) {
        var _ = explain("EXPLAIN (ANALYZE, BUFFERS)", query);
        return explain("EXPLAIN (ANALYZE, BUFFERS)", query);
    }

    private static void become(Handle handle) {
        handle.execute(
                "SELECT set_config('role', 'stepfree_client', true), set_config('stepfree.client', 'local', true)");
    }
}
