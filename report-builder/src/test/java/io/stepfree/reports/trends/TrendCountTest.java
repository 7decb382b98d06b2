package io.stepfree.reports.trends;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reports.history.FindingHistory;
import io.stepfree.reports.history.FindingMonths;
import io.stepfree.reports.history.FoundResults;
import io.stepfree.reports.history.PublishedScan;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.Validity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What trends count of scans, in a real database. */
final class TrendCountTest {

    /** A Monday. */
    private static final Instant MONDAY = Instant.parse("2026-11-23T09:00:00Z");

    /** Whenever a site has been counted, it has to be counted again. */
    private static final String IN_USE =
            """
            CREATE FUNCTION reports.in_use() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO reports.trend_due (client, host, day) VALUES (NEW.client, NEW.host, '2026-11-23');
                RETURN NULL;
            END
            $$;
            CREATE TRIGGER in_use AFTER INSERT ON reports.trend FOR EACH ROW EXECUTE FUNCTION reports.in_use();
            """;

    private static TestDatabase database;
    private static Jdbi jdbi;

    private final FindingHistory history = new FindingHistory();
    private final TrendScans scans = new TrendScans();
    private final String client = "client-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        database = TestDatabase.start("reports");
        jdbi = database.jdbi();
        var months = new FindingMonths(jdbi);
        months.makeAhead(MONDAY);
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void ofAPageThatIsScannedTwiceTheLastLookCountsAndWhatMovedIsAddedUp() {
        add(page("1", "/", MONDAY, "a", "b", "c"));
        add(page("2", "/", MONDAY.plusSeconds(60), "b", "d"));
        add(page("3", "/other", MONDAY.plusSeconds(90), "x"));
        var _ = count();

        assertThat(counts("day", ""))
                .containsExactly(
                        "2026-11-23: scans 3 seen 2/0 issues 2 occurrences 3 new 1 fixed 2 persisting 1 scores {80} {2}");
        assertThat(counts("day", FoundResults.RULE))
                .containsExactly(
                        "2026-11-23: scans 0 seen 2/0 issues 2 occurrences 3 new 1 fixed 2 persisting 1 scores {} {}");
        assertThat(counts("week", ""))
                .containsExactly(counts("day", "").getFirst())
                .isEqualTo(
                        counts("month", "").stream()
                                .map(line -> line.replace("2026-11-01", "2026-11-23"))
                                .toList());
    }

    @Test
    void aSecondLookTellsWhatStandsAndIsNoScanOfTheClient() {
        add(page("1", "/", MONDAY, "a", "b"));
        add(page("2", "/", MONDAY.plusSeconds(60), "a", "b", "c", "d"));
        add(page("3", "/other", MONDAY, "x"));
        add(page("4", "/other", MONDAY.plusSeconds(60), "x", "y"));
        ordered("2", "again");
        ordered("4", "dies");
        add(page("again", "/", MONDAY.plus(Duration.ofDays(1)), "a", "b", "c"));
        dead("dies", "/other");
        var _ = count();

        assertThat(counts("day", ""))
                .containsExactly(
                        "2026-11-23: scans 4 seen 2/0 issues 2 occurrences 6 new 3 fixed 0 persisting 3 scores {80} {2}",
                        "2026-11-24: scans 0 seen 1/0 issues 1 occurrences 3 new 0 fixed 1 persisting 0 scores {80} {1}");
        assertThat(counts("week", ""))
                .containsExactly(
                        "2026-11-23: scans 4 seen 2/0 issues 2 occurrences 5 new 3 fixed 1 persisting 3 scores {80} {2}");
    }

    @Test
    void aSecondLookThatSawAnotherPageMakesNoneUnseen() {
        add(page("1", "/", MONDAY, "a"));
        add(page("2", "/", MONDAY.plusSeconds(60), "a", "b"));
        ordered("2", "again");
        add(
                FoundResults.with(
                        page("again", "/", MONDAY.plus(Duration.ofDays(1))),
                        part -> part.setValidity(Validity.SUSPECT)));
        var _ = count();

        assertThat(counts("day", ""))
                .hasSize(1)
                .allMatch(day -> day.startsWith("2026-11-23: scans 2 seen 1/0 "));
    }

    @Test
    void aWeekCountsAPageOnceAndItsLastLookOnly() {
        add(page("1", "/", MONDAY, "a", "b", "c"));
        add(page("2", "/", MONDAY.plus(Duration.ofDays(2)), "a"));
        add(page("3", "/", MONDAY.plus(Duration.ofDays(7)), "a"));
        var _ = count();

        assertThat(counts("week", ""))
                .containsExactly(
                        "2026-11-23: scans 2 seen 1/0 issues 1 occurrences 1 new 0 fixed 2 persisting 1 scores {80} {1}",
                        "2026-11-30: scans 1 seen 1/0 issues 1 occurrences 1 new 0 fixed 0 persisting 1 scores {80} {1}");
        assertThat(counts("day", "")).hasSize(3);
    }

    @Test
    void aPageThatWasNotSeenIsNotClean() {
        add(page("1", "/", MONDAY, "a"));
        add(
                FoundResults.with(
                        page("2", "/suspect", MONDAY),
                        result -> result.setValidity(Validity.SUSPECT)));
        dead("3", "/dead");
        dead("4", "/");
        var _ = count();

        assertThat(counts("day", ""))
                .containsExactly(
                        "2026-11-23: scans 4 seen 1/2 issues 1 occurrences 1 new 0 fixed 0 persisting 0 scores {80} {1}");

        jdbi.useHandle(handle ->
                handle.execute(
                        "UPDATE reports.scan_status SET status = 'accepted' WHERE client = ?",
                        client));
        var _ = count();
        assertThat(counts("day", "").getFirst()).contains("scans 2 seen 1/1");
    }

    @Test
    void aPartThatWasSeenIsNotTheWholePage() {
        add(partOf(page("1", "/part", MONDAY)));
        add(page("2", "/", MONDAY, "a", "b"));
        add(partOf(page("3", "/", MONDAY.plusSeconds(60))));
        var _ = count();

        assertThat(counts("day", "").getFirst()).contains("seen 2/0 issues 1 occurrences 2");
        assertThat(inPart()).containsExactly(1L);

        add(page("4", "/part", MONDAY.minusSeconds(60)));
        var _ = count();
        assertThat(counts("day", "").getFirst()).contains("scans 4 seen 2/0");
        assertThat(inPart()).containsExactly(0L);
    }

    @Test
    void countsMayBeMoreThanAnIntegerHolds() {
        for (String path : List.of("/", "/other")) {
            add(
                    FoundResults.with(
                            page(path, path, MONDAY, "a"),
                            result -> {
                                var most =
                                        Finding.newBuilder(result.getViolations().getFirst())
                                                .setNodeCount(Integer.MAX_VALUE)
                                                .build();
                                result.setViolations(List.of(most));
                            }));
        }
        var _ = count();

        assertThat(counts("day", "").getFirst()).contains("issues 2 occurrences 4294967294");
    }

    @Test
    void aSiteThatCannotBeCountedKeepsNoOtherWaiting() {
        // There is no day after it.
        due("broken.example", "294276-12-31");
        add(page("1", "/", MONDAY, "a"));

        try {
            assertThat(count()).isEqualTo(1);

            assertThat(counts("day", "")).hasSize(1);
            assertThat(notes()).containsExactly("broken.example 294276-12-31");
        } finally {
            jdbi.useHandle(handle ->
                    handle.execute("DELETE FROM reports.trend_due WHERE client = ?", client));
        }
    }

    @Test
    @Timeout(60)
    void aSiteInUseIsCountedOnceAndAgainTheNextTime() {
        add(page("1", "/", MONDAY, "a"));
        jdbi.useHandle(handle -> handle.createScript(IN_USE).execute());

        try {
            assertThat(count()).isEqualTo(1);

            assertThat(notes()).contains("shop.example 2026-11-23");
        } finally {
            jdbi.useHandle(handle ->
                    handle.createScript(
                                    "DROP TRIGGER in_use ON reports.trend; DROP FUNCTION reports.in_use()")
                            .execute());
            var _ = count();
        }
    }

    @Test
    void whereADeadLetterWasIsCountedAgainAsWellAsWhereItIs() {
        dead("1", "/");
        var _ = count();
        move("updated_at = '2026-11-25T09:00:00Z'");
        assertThat(notes()).containsExactly("shop.example 2026-11-23", "shop.example 2026-11-25");
        var _ = count();
        assertThat(counts("day", ""))
                .containsExactly(
                        "2026-11-25: scans 1 seen 0/1 issues 0 occurrences 0 new 0 fixed 0 persisting 0 scores {} {}");

        move("host = 'other.example'");
        assertThat(notes()).containsExactly("other.example 2026-11-25", "shop.example 2026-11-25");
        var _ = count();
        assertThat(counts("day", "")).hasSize(1);

        move("score = 1");
        assertThat(notes()).isEmpty();
    }

    @Test
    void countingAgainChangesNothingAndWhatComesLateIsCountedInItsDay() {
        add(page("2", "/", MONDAY.plusSeconds(60), "b"));
        var _ = count();
        assertThat(counts("day", "").getFirst()).contains("new 0 fixed 0 persisting 0");

        add(page("1", "/", MONDAY, "a"));
        var _ = count();
        String counted = counts("day", "").getFirst();
        assertThat(counted).contains("scans 2 seen 1/0").contains("new 1 fixed 1 persisting 0");

        add(page("1", "/", MONDAY, "a"));
        jdbi.useHandle(handle ->
                handle.execute(
                        "INSERT INTO reports.trend_due (client, host, day) VALUES (?, 'shop.example', '2026-11-23')",
                        client));
        var _ = count();
        assertThat(counts("day", "")).containsExactly(counted);
    }

    @Test
    void whatGoesWithItsComparisonIsCountedNoMore() {
        add(page("1", "/", MONDAY, "a"));
        var _ = count();
        assertThat(counts("month", "")).hasSize(1);

        jdbi.useHandle(handle ->
                handle.execute("DELETE FROM reports.comparison WHERE client = ?", client));
        var _ = count();

        for (String bucket : List.of("day", "week", "month")) {
            assertThat(counts(bucket, "")).isEmpty();
            assertThat(counts(bucket, FoundResults.RULE)).isEmpty();
        }
    }

    @Test
    void writersAndTwoThatCountAtOnceLoseNothing() throws Exception {
        var start = new CountDownLatch(1);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var all =
                    IntStream.range(0, 40)
                            .mapToObj(number ->
                                    executor.submit(() -> {
                                        start.await();
                                        add(
                                                page(
                                                        "n" + number,
                                                        "/" + number,
                                                        MONDAY.plusSeconds(number),
                                                        "a"));
                                        var _ = count();
                                        return number;
                                    }))
                            .toList();
            start.countDown();
            for (var one : all) {
                one.get();
            }
        }
        var _ = count();

        assertThat(counts("day", "").getFirst())
                .contains("scans 40 seen 40/0 issues 40 occurrences 40");
    }

    @Test
    void whoReadsForAClientSeesItsOwnOnly() {
        add(page("1", "/", MONDAY, "a"));
        var _ = count();

        for (String view : List.of("trend_view", "trend_scan_view")) {
            assertThat(readAs("somebody-else", view)).isZero();
            assertThat(readAs(client, view)).isPositive();
        }
    }

    private static long readAs(String reader, String view) {
        return jdbi.inTransaction(handle -> {
            handle.execute(
                    "SELECT set_config('role', 'stepfree_client', true), set_config('stepfree.client', ?, true)",
                    reader);
            return handle.select("SELECT count(*) FROM reports." + view).mapTo(Long.class).one();
        });
    }

    private ScanResult page(String scan, String path, Instant at, String... fingerprints) {
        ScanResult result = FoundResults.of(id(scan), at, List.of(fingerprints));
        return ScanResult.newBuilder(result)
                .setRequest(
                        ScanRequest.newBuilder(result.getRequest())
                                .setClient(client)
                                .setHost("shop.example")
                                .setUrl("https://shop.example" + path)
                                .build())
                .build();
    }

    private void add(ScanResult result) {
        jdbi.useTransaction(handle -> {
            var scan =
                    PublishedScan.of(
                            result.getRequest(),
                            ReportComposer.compose(result),
                            SampleResults.COMPLETED.plus(Duration.ofDays(365)));
            history.add(handle, List.of(scan));
            scans.add(handle, List.of(scan));
        });
    }

    private void dead(String scan, String path) {
        jdbi.useHandle(handle ->
                handle.execute(
                        """
                        INSERT INTO reports.scan_status (scan_id, request_id, status, attempt, updated_at, client, host, url)
                        VALUES (?, 'req', 'dead_lettered', 4, '2026-11-23T09:00:00Z', ?, 'shop.example', ?)
                        """,
                        id(scan),
                        client,
                        "https://shop.example" + path));
    }

    private void ordered(String scan, String again) {
        jdbi.useHandle(handle ->
                handle.execute(
                        "INSERT INTO reports.relook (scan_id, relook_scan_id, client) VALUES (?, ?, ?)",
                        id(scan),
                        id(again),
                        client));
    }

    private static ScanResult partOf(ScanResult result) {
        return FoundResults.with(result, part -> part.setValidity(Validity.PARTIAL));
    }

    private void due(String host, String day) {
        jdbi.useHandle(handle ->
                handle.execute(
                        "INSERT INTO reports.trend_due (client, host, day) VALUES (?, ?, CAST(? AS date))",
                        client,
                        host,
                        day));
    }

    @Test
    void afterItHasCountedItRestsNineTimesAsLong() {
        var now = new AtomicLong();
        // Time passes only while it counts, and two seconds then.
        LongSupplier clock = () -> now.getAndAdd(Duration.ofSeconds(2).toNanos());
        try (var keeping = new TrendKeeping(jdbi, Duration.ofSeconds(1), clock)) {
            add(page("1", "/", MONDAY, "a"));
            keeping.tryToCount();
            assertThat(counts("day", "")).hasSize(1);
            long counted = now.get() - Duration.ofSeconds(2).toNanos();

            add(page("2", "/", MONDAY.plus(Duration.ofDays(1)), "a"));
            now.set(counted + Duration.ofSeconds(18).toNanos() - 1);
            keeping.tryToCount();
            assertThat(counts("day", "")).hasSize(1);

            now.set(counted + Duration.ofSeconds(18).toNanos());
            keeping.tryToCount();
            assertThat(counts("day", "")).hasSize(2);
        }
    }

    private void move(String change) {
        jdbi.useHandle(handle ->
                handle.execute(
                        "UPDATE reports.scan_status SET " + change + " WHERE client = ?", client));
    }

    private List<String> notes() {
        return jdbi.withHandle(handle ->
                handle.select(
                                "SELECT DISTINCT host || ' ' || day FROM reports.trend_due WHERE client = ? ORDER BY 1",
                                client)
                        .mapTo(String.class)
                        .list());
    }

    private List<Long> inPart() {
        return jdbi.withHandle(handle ->
                handle.select(
                                "SELECT pages_seen_in_part FROM reports.trend WHERE client = ? AND bucket = 'day' AND rule = ''",
                                client)
                        .mapTo(Long.class)
                        .list());
    }

    private static int count() {
        try (var keeping = new TrendKeeping(jdbi, Duration.ofSeconds(1))) {
            return keeping.countDue();
        }
    }

    private List<String> counts(String bucket, String rule) {
        return jdbi.withHandle(handle ->
                handle.select(
                                """
                                SELECT format('%s: scans %s seen %s/%s issues %s occurrences %s new %s fixed %s persisting %s scores %s %s',
                                              CAST(begins AT TIME ZONE 'UTC' AS date), scans, pages_seen, pages_not_seen,
                                              issues, occurrences, new, fixed, persisting, scores, score_counts)
                                  FROM reports.trend
                                 WHERE client = ? AND bucket = ? AND rule = ?
                                 ORDER BY begins
                                """,
                                client, bucket, rule)
                        .mapTo(String.class)
                        .list());
    }

    private String id(String scan) {
        return scan + "-" + client;
    }
}
