package io.stepfree.reports.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the gateway reads of findings, as the role that it reads in, with many rows over several
 * months in a real database: along one index, in its order, and as many rows as it shows or looks
 * at. With {@code -Dstepfree.findings=20000000} it is a measurement for docs/database.md; the plans
 * are in {@code target/findings.txt}.
 */
final class FindingReadsTest {

    private static final int FINDINGS = Integer.getInteger("stepfree.findings", 200_000);
    private static final int OF_A_SCAN = 50;
    private static final int MONTHS = 4;
    private static final String COLUMNS =
            "scan_id, completed_at, host, url, rule, criteria, impact, kind, fingerprint, target, html, template, state";
    private static final String NEWEST = "completed_at DESC, scan_id DESC, place DESC";

    /* Four of five scans are of one client; spread evenly over the months, so that the last of them is full, too. */
    private static final String COMPARISONS =
            """
            INSERT INTO reports.comparison (scan_id, client, submitted_at, completed_at, page_key, engine, final_page,
                   whole, cut_rules, found, previous_scan_id)
            SELECT 'scan-' || to_char(i, 'FM00000000'), CASE WHEN mod(i, 5) = 0 THEN 'client-' || mod(i, 100) ELSE 'local' END,
                   at, at, 'page-' || mod(i, 1000), 'axe-core 4.14.1', 'host-' || mod(i, 97) || '.example/', true, '{}', %2$d,
                   CASE WHEN i > 1000 THEN 'scan-' || to_char(i - 1000, 'FM00000000') END
              FROM (SELECT i, timestamptz '2026-08-01 00:00:00Z' + i * (interval '121 days' / %1$d) AS at
                      FROM generate_series(1, %1$d) AS i) AS scans
            """
                    .formatted(FINDINGS / OF_A_SCAN, OF_A_SCAN);

    private static final String FINDINGS_OF_THEM =
            """
            INSERT INTO reports.finding (scan_id, place, completed_at, submitted_at, client, host, url, page_key, rule, criteria,
                   impact, kind, fingerprint, target, html, state, template)
            SELECT scan_id, place, completed_at, submitted_at, client, split_part(final_page, '/', 1), 'https://' || final_page,
                   page_key, 'rule-' || mod(place, 40), ARRAY['1.' || mod(place, 5) || '.1'],
                   (ARRAY['minor', 'moderate', 'serious', 'critical'])[1 + mod(place, 4)],
                   CASE WHEN mod(place, 10) = 0 THEN 'needs_review' ELSE 'violation' END,
                   md5(page_key || place), ARRAY['main > div:nth-child(' || place || ')'],
                   '<div class="' || md5(scan_id || place) || '">Some text that is in it</div>',
                   CASE WHEN place = 7 THEN 'new' ELSE 'persisting' END,
                   lpad(to_hex(mod(hashtext(page_key), 20) + 20), 16, '0')
              FROM reports.comparison, generate_series(0, %d) AS place
            """
                    .formatted(OF_A_SCAN - 1);

    private static final Pattern ROWS_REMOVED = Pattern.compile("Rows Removed by Filter: (\\d+)");

    private static TestDatabase database;
    private static Jdbi jdbi;

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
            handle.execute(FINDINGS_OF_THEM);
            handle.execute("VACUUM ANALYZE reports.finding, reports.comparison");
        });
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true | finding_2026_\\d+_client_completed_at_scan_id_place_idx",
                "rule = 'rule-7' | finding_2026_\\d+_client_rule_completed_at_scan_id_place",
                "host = 'host-7.example' | finding_2026_\\d+_client_host_completed_at_scan_id_place",
                "template = '0000000000000014' | finding_2026_\\d+_client_template_completed_at_scan_id_place",
                "fingerprint = md5('page-77') | finding_2026_\\d+_client_fingerprint_completed_at_scan_id_pla",
            })
    void eachFilterHasAnIndexThatIsInTheOrderOfTheList(String chosen, String index) {
        for (String after : List.of("true", after(1), after(FINDINGS / OF_A_SCAN / 100))) {
            assertThat(explain("EXPLAIN", page(chosen + " AND " + after)))
                    .containsPattern("Index Scan Backward using " + index)
                    .doesNotContain("Seq Scan", "Sort", "Bitmap");
        }
    }

    @Test
    void aFilterThatIsLookedAtInEachRowLooksAtNoMoreThanItMay() {
        String plan =
                explain(
                        "EXPLAIN (ANALYZE, BUFFERS)",
                        looking("true", "strpos(lower(html), 'nowhere to be found') > 0", 2_000));

        assertThat(plan).contains("Index Scan Backward").doesNotContain("Seq Scan");
        Matcher removed = ROWS_REMOVED.matcher(plan);
        while (removed.find()) {
            assertThat(Integer.parseInt(removed.group(1))).as(plan).isLessThanOrEqualTo(2_000);
        }
    }

    @Test
    void whatChangedWithAScanIsFoundByItsIdInItsMonth() {
        String present =
                """
                SELECT * FROM reports.finding_view
                 WHERE scan_id = 'scan-00001501' AND completed_at = '%s' AND client = 'local'
                """
                        .formatted(completedAt("scan-00001501"));
        assertThat(explain("EXPLAIN", present))
                .containsPattern("Index Scan using finding_2026_\\d+_")
                .doesNotContain("Append")
                .doesNotContain("Seq Scan");
    }

    @Test
    void theScanBeforeIsFoundAlongOneIndex() {
        String before =
                """
                SELECT scan_id FROM reports.comparison
                 WHERE client = 'local' AND page_key = 'page-7' AND (completed_at, scan_id) < ('2026-11-20T00:00:00Z', 'x')
                 ORDER BY completed_at DESC, scan_id DESC
                 LIMIT 1
                """;
        assertThat(explainAsOwner(before))
                .contains("using comparison_page")
                .doesNotContain("Sort", "Seq Scan");
    }

    @Test
    void thePlansAreWrittenDownWithAndWithoutTheirIndexes() throws IOException {
        var told = new ArrayList<String>();
        told.add("%,d findings of %,d scans".formatted(FINDINGS, FINDINGS / OF_A_SCAN));
        told.add("by rule:\n" + measured(page("rule = 'rule-7'"), ""));
        told.add("far down:\n" + measured(page(after(FINDINGS / OF_A_SCAN / 100)), ""));
        told.add("by fingerprint:\n" + measured(page("fingerprint = md5('page-77')"), ""));
        told.add("by template:\n" + measured(page("template = '0000000000000014'"), ""));
        told.add(
                "by template, without its index:\n"
                        + measured(
                                page("template = '0000000000000014'"),
                                "DROP INDEX reports.finding_client_template"));
        told.add(
                "by fingerprint, without its index:\n"
                        + measured(
                                page("fingerprint = md5('page-77')"),
                                "DROP INDEX reports.finding_client_fingerprint"));
        told.add(
                "by text:\n"
                        + measured(
                                looking("true", "strpos(lower(html), 'nowhere') > 0", 20_000), ""));
        told.add(
                "by rule, without any index:\n"
                        + measured(
                                page("rule = 'rule-7'"),
                                "DROP INDEX reports.finding_client, reports.finding_client_rule, reports.finding_client_host, reports.finding_client_fingerprint, reports.finding_client_template"));
        Files.writeString(Path.of("target", "findings.txt"), String.join("\n\n", told));

        assertThat(told.getLast()).as("it can fail").contains("Seq Scan");
    }

    private static String completedAt(String scan) {
        return jdbi.withHandle(handle ->
                handle.select(
                                "SELECT completed_at::text FROM reports.comparison WHERE scan_id = ?",
                                scan)
                        .mapTo(String.class)
                        .one());
    }

    /** The last of a page far down, as the condition that the next one comes after it. */
    private static String after(int scans) {
        return jdbi.withHandle(handle ->
                handle.createQuery(
                                """
                                SELECT format('completed_at <= %%1$L AND (completed_at, scan_id, place) < (%%1$L, %%2$L, 20)',
                                              completed_at, scan_id)
                                  FROM reports.comparison
                                 WHERE client = 'local'
                                 ORDER BY completed_at DESC, scan_id DESC
                                 OFFSET %d LIMIT 1
                                """
                                        .formatted(scans))
                        .mapTo(String.class)
                        .one());
    }

    /** As the gateway asks, see its FindingPages. */
    private static String page(String found) {
        return """
        SELECT %s, place
          FROM reports.finding_view
         WHERE client = 'local' AND %s
         ORDER BY %s
         LIMIT 51
        """
                .formatted(COLUMNS, found, NEWEST);
    }

    private static String looking(String found, String matches, int most) {
        return """
        SELECT *
          FROM (SELECT %1$s, place, %3$s AS matched, row_number() OVER () AS looked_at
                  FROM (SELECT %1$s, place
                          FROM reports.finding_view
                         WHERE client = 'local' AND %2$s
                         ORDER BY %4$s
                         LIMIT %5$d) AS found) AS looked
         WHERE matched OR looked_at = %5$d
         ORDER BY %4$s
         LIMIT 51
        """
                .formatted(COLUMNS, found, matches, NEWEST, most);
    }

    private static String explain(String how, String query) {
        return jdbi.inTransaction(handle -> {
            become(handle);
            return String.join(
                    "\n", handle.createQuery(how + " " + query).mapTo(String.class).list());
        });
    }

    private static String explainAsOwner(String query) {
        return jdbi.withHandle(handle ->
                String.join(
                        "\n", handle.createQuery("EXPLAIN " + query).mapTo(String.class).list()));
    }

    /** After a change to the schema, which is taken back. */
    private static String measured(String query, String change) {
        return jdbi.withHandle(handle -> {
            handle.begin();
            try {
                if (!change.isEmpty()) {
                    handle.execute(change);
                }
                become(handle);
                List<String> plan = List.of();
                for (int times = 0; times < 2; times++) {
                    plan =
                            handle.createQuery("EXPLAIN (ANALYZE, BUFFERS) " + query)
                                    .mapTo(String.class)
                                    .list();
                }
                return String.join("\n", plan);
            } finally {
                handle.rollback();
            }
        });
    }

    private static void become(Handle handle) {
        handle.execute(
                "SELECT set_config('role', 'stepfree_client', true), set_config('stepfree.client', 'local', true)");
    }
}
