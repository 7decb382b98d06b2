package io.stepfree.reports.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the gateway reads for a page of a client's scans, with many rows in a real database: along
 * one index, in its order, and no more far down than at the top. With {@code
 * -Dstepfree.scan-lists.scans=1000000} it is the measurement of docs/database.md, and times are
 * held to the bound as well; either way the plans are in {@code target/scan-lists.txt}.
 */
final class ScanListReadsTest {

    private static final int SCANS = Integer.getInteger("stepfree.scan-lists.scans", 100_000);
    private static final int MEASUREMENT = 1_000_000;
    private static final int SHOWN = 50;

    /** Of a million scans the ten thousandth page. */
    private static final int FAR_DOWN = SCANS / 100;

    private static final double BOUND = 1.5;

    /* Four of five are of one client. Four at each moment, so that pages also end between equal times. */
    private static final String INSERT =
            """
            INSERT INTO reports.scan_status (scan_id, request_id, status, attempt, updated_at, client, url, host, standard,
                   priority, batch_id, submitted_at, earlier_attempts, replays, accepted_at, score)
            SELECT to_char(i, 'FM00000000') || left(md5(i::text), 28), 'request-' || i, state, 1, at,
                   CASE WHEN mod(i, 5) = 0 THEN 'client-' || mod(i, 100) ELSE 'local' END,
                   'https://host-' || mod(i, 97) || '.example/' || i, 'host-' || mod(i, 97) || '.example', 'wcag22aa', 'high',
                   CASE WHEN mod(i, 3) > 0 THEN 'audit-' || i / 1000 END, at, 0, 0, at,
                   CASE WHEN state = 'completed' THEN mod(i::bigint * 7919, 101) END
              FROM (SELECT i, timestamptz '2026-11-01 00:00:00Z' + i / 4 * interval '400 milliseconds' AS at,
                           CASE WHEN mod(i, 1000) = 7 THEN 'retrying' WHEN mod(i, 100) = 1 THEN 'dead_lettered'
                                ELSE 'completed' END AS state
                      FROM generate_series(1, %d) AS i) AS scans
            """
                    .formatted(SCANS / 4 * 5);

    /* One of a hundred scans was ordered because of the one before it. */
    private static final String SECOND_LOOKS =
            """
            WITH first AS (
                INSERT INTO reports.comparison (scan_id, client, submitted_at, completed_at, engine, final_page, whole,
                       cut_rules, found)
                SELECT scan_id, client, submitted_at, submitted_at, 'axe-core', '', true, '{}', 0
                  FROM reports.scan_status
                 WHERE mod(left(scan_id, 8)::integer, 100) = 1
                RETURNING scan_id, client)
            INSERT INTO reports.relook (scan_id, relook_scan_id, client)
            SELECT first.scan_id, again.scan_id, first.client
              FROM first
              JOIN reports.scan_status AS again
                ON left(again.scan_id, 8) = to_char(left(first.scan_id, 8)::integer + 1, 'FM00000000')
            """;

    private static final String ORDER = "ORDER BY submitted_at DESC NULLS LAST, scan_id DESC";

    private static final String ALL = "true";
    private static final Pattern BLOCKS =
            Pattern.compile("Buffers: shared(?: hit=(\\d+))?(?: read=(\\d+))?");

    private static TestDatabase database;
    private static Jdbi jdbi;

    @BeforeAll
    static void start() {
        database = TestDatabase.start("reports");
        jdbi = database.jdbi();
        jdbi.useHandle(handle -> {
            handle.execute(INSERT);
            handle.execute(SECOND_LOOKS);
            handle.execute("VACUUM ANALYZE reports.scan_status, reports.relook");
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
                "true | scan_status_client",
                "submitted_at >= '2026-11-01 00:10:00Z' | scan_status_client",
                "score >= 10 AND score <= 20 | scan_status_client",
                "status = 'dead_lettered' | scan_status_client_status",
                "status = 'completed' | scan_status_client",
                "host = 'host-7.example' | scan_status_client_host",
                "batch_id = 'audit-7' | scan_status_client_batch",
                "host = 'host-7.example' AND status = 'completed' | scan_status_client_host",
            })
    void eachFilterHasAnIndexThatIsInTheOrderOfTheList(String chosen, String index) {
        for (String after : new String[] {ALL, after(chosen, 1)}) {
            assertThat(explain("EXPLAIN", page(chosen, after)))
                    .contains("Index Scan using " + index)
                    .doesNotContain("Sort", "Seq Scan", "Bitmap");
        }
    }

    @Test
    void aScoreIsLookedAtBeforeTheRowIsRead() {
        assertThat(explain("EXPLAIN", page("score >= 99 AND score <= 100", ALL)))
                .containsPattern("Index Cond: .*score >= 99.*score <= 100")
                .containsOnlyOnce("Filter:")
                .contains("Filter: (NOT EXISTS(SubPlan 1))")
                .doesNotContain("Sort");
    }

    @Test
    void aPageFarDownCostsWhatTheFirstOneDoes() throws IOException {
        String first = page(ALL, ALL);
        String far = page(ALL, after(ALL, FAR_DOWN - 1));
        double[] millis = medians(first, far);
        // Of ten pages each, because where a page begins within a block is chance.
        long[] blocks = {blocks(1), blocks(FAR_DOWN)};
        String told =
                """
                Page 1 of %,d scans:
                %s

                Page %,d:
                %s

                Medians with the way to the database and back: page 1 %.3f ms, page %,d %.3f ms.
                Blocks of ten pages: %d from page 1 on, %d from page %,d on.
                """
                        .formatted(
                                SCANS,
                                explain("EXPLAIN (ANALYZE, BUFFERS)", first),
                                FAR_DOWN,
                                explain("EXPLAIN (ANALYZE, BUFFERS)", far),
                                millis[0],
                                FAR_DOWN,
                                millis[1],
                                blocks[0],
                                blocks[1],
                                FAR_DOWN);
        Files.writeString(Path.of("target", "scan-lists.txt"), told);

        assertThat((double) blocks[1]).as(told).isPositive().isLessThanOrEqualTo(BOUND * blocks[0]);
        if (SCANS >= MEASUREMENT) {
            assertThat(millis[1]).as(told).isLessThanOrEqualTo(BOUND * millis[0]);
        }
    }

    private static long blocks(int fromPage) {
        long blocks = 0;
        for (int page = fromPage; page < fromPage + 10; page++) {
            String query = page(ALL, page == 1 ? ALL : after(ALL, page - 1));
            Matcher found = BLOCKS.matcher(explain("EXPLAIN (ANALYZE, BUFFERS)", query));
            assertThat(found.find()).isTrue();
            for (int group = 1; group <= found.groupCount(); group++) {
                blocks += found.group(group) == null ? 0 : Long.parseLong(found.group(group));
            }
        }
        return blocks;
    }

    /** By turns, so that whatever else the machine does meets both. */
    private static double[] medians(String first, String far) {
        int times = 300;
        var took = new double[2][times];
        jdbi.useHandle(handle -> {
            for (int round = -30; round < times; round++) {
                for (int which = 0; which < 2; which++) {
                    long began = System.nanoTime();
                    assertThat(handle.createQuery(which == 0 ? first : far).mapToMap().list())
                            .hasSize(SHOWN + 1);
                    if (round >= 0) {
                        took[which][round] = (System.nanoTime() - began) / 1e6;
                    }
                }
            }
        });
        return Arrays.stream(took)
                .mapToDouble(
                        all -> Arrays.stream(all).sorted().skip(times / 2).findFirst().orElse(0))
                .toArray();
    }

    /** The condition that a page comes after so many others. */
    private static String after(String chosen, int pages) {
        return jdbi.withHandle(handle ->
                handle.createQuery(
                                "SELECT format('(submitted_at, scan_id) < (%%L, %%L)', submitted_at, scan_id) FROM reports.scan_status_view WHERE client = 'local' AND %s %s LIMIT 1 OFFSET %d"
                                        .formatted(chosen, ORDER, pages * SHOWN - 1))
                        .mapTo(String.class)
                        .one());
    }

    private static String page(String chosen, String after) {
        return """
        SELECT scan_id, url, batch_id, status, standard, lower(priority) AS priority, attempt, score, request_id,
               submitted_at, updated_at, next_attempt_at, failure::text AS failure
          FROM reports.scan_status_view
         WHERE client = 'local' AND NOT second_look AND %s AND %s
         %s
         LIMIT %d
        """
                .formatted(chosen, after, ORDER, SHOWN + 1);
    }

    private static String explain(String how, String query) {
        return jdbi.withHandle(handle ->
                String.join(
                        "\n", handle.createQuery(how + " " + query).mapTo(String.class).list()));
    }
}
