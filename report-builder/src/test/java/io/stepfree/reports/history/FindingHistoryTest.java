package io.stepfree.reports.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.platform.database.SqlStates;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reports.trends.TrendScans;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.Validity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is stored of scans of one page, in a real database. */
final class FindingHistoryTest {

    private static final Instant MONDAY = SampleResults.COMPLETED;

    private static TestDatabase database;
    private static Jdbi jdbi;
    private static FindingMonths months;

    private final FindingHistory history = new FindingHistory();
    private final String client = "client-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        database = TestDatabase.start("reports");
        jdbi = database.jdbi();
        months = new FindingMonths(jdbi);
        months.makeAhead(MONDAY);
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void aPageThatIsScannedTwiceHasNothingNewAndNothingFixed() {
        add(rich("1", 0));
        add(rich("2", 60));

        assertThat(told("1")).isEqualTo("null found 20");
        assertThat(told("2")).isEqualTo("1 found 20 persisting 20");
        assertThat(states("2").values()).containsOnly("persisting").hasSize(20);
    }

    @Test
    void whatCameWhatWentAndWhatStayedIsStored() {
        add(found("1", 0, "a", "b"));
        add(found("2", 60, "b", "c"));

        assertThat(told("2")).isEqualTo("1 found 2 new 1 persisting 1 fixed 1");
        assertThat(states("2")).isEqualTo(Map.of("a", "fixed", "b", "persisting", "c", "new"));
    }

    @Test
    void ofAPageThatWasCutSomewhereNothingIsFixed() {
        add(found("1", 0, "a", "b"));
        add(FoundResults.with(found("2", 60, "b"), page -> page.setCut(true)));
        add(found("3", 120, "b"));

        assertThat(told("2")).isEqualTo("1 found 1 persisting 1 not_observed 1");
        assertThat(told("3")).isEqualTo("2 found 1 persisting 1 fixed 1");
    }

    @Test
    void theTemplateOfThePageStandsWithEachOfItsFindingsWhereItWasTold() {
        add(
                FoundResults.with(
                        found("1", 0, "a", "b"), page -> page.setTemplate("1d3f5a7b9c0e2468")));
        add(found("2", 60, "a"));

        assertThat(templates("1"))
                .containsExactly("1d3f5a7b9c0e2468", "1d3f5a7b9c0e2468", "1d3f5a7b9c0e2468");
        assertThat(templates("2")).containsExactly("none", "none");
    }

    private List<String> templates(String scan) {
        return jdbi.withHandle(handle ->
                handle.select(
                                """
                                SELECT coalesce(template, 'none') FROM reports.finding_view WHERE scan_id = ?
                                UNION ALL
                                SELECT coalesce(template, 'none') FROM reports.comparison_view WHERE scan_id = ?
                                """,
                                id(scan),
                                id(scan))
                        .mapTo(String.class)
                        .list());
    }

    @Test
    void aScanThatComesAgainChangesNothing() {
        add(found("1", 0, "a"));
        add(found("2", 60, "b"));
        String stored = stored("1", "2");
        add(found("1", 0, "a"));
        add(found("2", 60, "b"));

        assertThat(stored("1", "2")).isEqualTo(stored);
    }

    @Test
    void whatIsStoredDependsNeitherOnTheOrderInWhichScansComeNorOnWhoComesWithWhom() {
        var scans =
                List.of(
                        found("1", 0, "a", "b", "c"),
                        inPart(found("2", 10, "a")),
                        found("3", 20, "a", "d"),
                        inPart(found("4", 30)),
                        FoundResults.with(
                                found("5", 40, "d", "e"), page -> page.setEngine("axe-core 5")),
                        FoundResults.with(
                                found("6", 50, "x"), page -> page.setValidity(Validity.SUSPECT)),
                        inPart(found("7", 60, "e")),
                        found("8", 60, "e", "f"));
        var random = new Random(28);
        String expected = null;
        for (int round = 0; round < 25; round++) {
            var order = new ArrayList<>(scans);
            if (round > 0) {
                Collections.shuffle(order, random);
            }
            clear();
            // One by one at first, then in batches of all sizes.
            for (int at = 0; at < order.size(); ) {
                int size = round == 0 ? 1 : 1 + random.nextInt(order.size() - at);
                add(order.subList(at, at + size));
                at += size;
            }
            String stored = stored("1", "2", "3", "4", "5", "6", "7", "8");
            if (expected == null) {
                expected = stored;
            }
            assertThat(stored).isEqualTo(expected);
        }
        assertThat(told("3")).isEqualTo("2 found 2 newly_observed 1 persisting 1 fixed 2");
        assertThat(told("5")).isEqualTo("4 found 2 persisting 1 engine_changed 2");
        assertThat(told("6")).isEqualTo("null found 1 suspect");
        assertThat(told("7")).startsWith("5 ");
    }

    @Test
    void scansThatAreWrittenAtOnceAreComparedAsIfOneCameAfterTheOther() throws Exception {
        int scans = 12;
        var begin = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all =
                    IntStream.range(0, scans)
                            .mapToObj(i ->
                                    threads.submit(() -> {
                                        begin.await();
                                        add(found("n" + i, i, "a", "b" + i));
                                        return null;
                                    }))
                            .toList();
            begin.countDown();
            for (var one : all) {
                one.get();
            }
        }
        for (int i = 1; i < scans; i++) {
            assertThat(told("n" + i))
                    .isEqualTo("n%d found 2 new 1 persisting 1 fixed 1".formatted(i - 1));
        }
    }

    @Test
    void otherClientsOtherDevicesAndSecretsAreNotComparedWith() {
        add(found("1", 0, "a"));
        var other = found("2", 10);
        add(
                ScanResult.newBuilder(other)
                        .setRequest(
                                ScanRequest.newBuilder(other.getRequest())
                                        .setClient(client + "-other")
                                        .build())
                        .build());
        var third = found("3", 20);
        var phone = ScanOptions.newBuilder().setViewportWidth(360).build();
        add(
                ScanResult.newBuilder(third)
                        .setRequest(
                                ScanRequest.newBuilder(third.getRequest())
                                        .setOptions(phone)
                                        .build())
                        .build());

        assertThat(told("2")).isEqualTo("null found 0");
        assertThat(told("3")).isEqualTo("null found 0");
    }

    @Test
    void findingsThatAreNamedAlikeAreStillTwo() {
        add(found("1", 0, "same", "same", "same"));
        add(found("2", 60, "same", "same"));

        assertThat(told("2")).isEqualTo("1 found 2 persisting 2 fixed 1");
    }

    @Test
    void aWorkerThatNamesNothingIsComparedWithNothing() {
        add(found("1", 0, "a"));
        add(found("2", 60, ""));
        add(found("3", 120, "a"));

        assertThat(told("2")).isEqualTo("null found 1 unnamed");
        assertThat(told("3")).isEqualTo("1 found 1 persisting 1");
    }

    @Test
    void whateverAPageSaysIsStored() {
        String hostile = "\0\ud800{\"},\\',NULL \u202e=cmd() <script>".repeat(300);
        var saying = SampleResults.saying(hostile, id("1"), "req-1");
        add(
                ScanResult.newBuilder(saying)
                        .setRequest(
                                ScanRequest.newBuilder(saying.getRequest())
                                        .setClient(client)
                                        .build())
                        .build());

        assertThat(told("1")).startsWith("null found 10");
        jdbi.useHandle(handle -> {
            var row =
                    handle.select(
                                    "SELECT length(rule) AS rule, criteria[1] AS criterion, target[1] AS target FROM reports.finding WHERE scan_id = ? AND place = 9",
                                    id("1"))
                            .mapToMap()
                            .one();
            assertThat((Integer) row.get("rule")).isBetween(190, 200);
            assertThat((String) row.get("target")).startsWith("\ufffd\ufffd{\"},\\',NULL ");
        });
    }

    @Test
    void aResultOfAMonthThatIsNotThereIsRefusedUntilTheMonthIsMade() {
        var old = found("1", -400L * 86_400, "a");
        assertThatThrownBy(() -> add(old))
                .satisfies(e -> assertThat(SqlStates.of(e)).contains("23514"));
        assertThat(rows("comparison")).isZero();

        months.make(old.getCompletedAt());
        months.make(old.getCompletedAt());
        add(old);

        assertThat(told("1")).isEqualTo("null found 1");
    }

    @Test
    void aClockThatIsWrongBeyondAllMonthsIsMovedIntoThem() {
        for (Instant wrong :
                List.of(Instant.ofEpochMilli(-1), Instant.parse("+12000-01-01T00:00:00Z"))) {
            var scan =
                    PublishedScan.of(
                            request("1"),
                            ReportComposer.compose(FoundResults.of(id("1"), wrong, List.of("a"))),
                            MONDAY);
            assertThat(scan.completedAt())
                    .isBetween(Instant.parse("2000-01-01T00:00:00Z"), MONDAY.plusSeconds(86_400));
            months.make(scan.completedAt());
        }
        months.dropBefore(Instant.parse("2001-01-01T00:00:00Z"));
    }

    @Test
    void monthsThatAreOldGoWithAllThatIsInThem() {
        Instant old = MONDAY.minusSeconds(800L * 86_400);
        months.make(old);
        months.make(old.plusSeconds(31L * 86_400));
        add(found("1", -800L * 86_400, "a"));
        add(found("2", -769L * 86_400, "a", "b"));
        add(found("3", 0, "a"));

        // Within the month of the second.
        assertThat(months.dropBefore(MONDAY.minusSeconds(769L * 86_400))).isEqualTo(2);
        assertThat(months.dropBefore(MONDAY.minusSeconds(769L * 86_400))).isZero();

        assertThat(rows("comparison")).isEqualTo(2);
        assertThat(rows("finding")).isEqualTo(3);
        assertThat(told("2")).startsWith(id("1").substring(0, 1));
        assertThat(told("3")).isEqualTo("2 found 1 persisting 1 fixed 1");
    }

    @Test
    void whatIsToldToOthersIsOfTheLastLookAndOfWhatIsGrave() {
        add(found("1", 0, "a", "b"));
        assertThat(changes("1")).as("the first look").isEmpty();
        add(found("2", 60, "b", "c", "d"));
        assertThat(changes("2")).contains("open 0 fresh 2 whole true");
        add(inPart(found("3", 120, "d")));
        assertThat(changes("2")).as("there is a later look").isEmpty();
        assertThat(changes("3")).contains("open 1 fresh 1 whole false");
        jdbi.useHandle(handle ->
                handle.execute(
                        "UPDATE reports.finding SET impact = 'moderate' WHERE scan_id = ?",
                        id("3")));
        assertThat(changes("3")).contains("open 0 fresh 1 whole false");
    }

    @Test
    void whatIsNewAndSeenAgainIsOpenUntilItIsFixedWhateverElseIs() {
        long begin = -40L * 86_400;
        months.make(MONDAY.plusSeconds(begin));
        add(found("1", begin, "old", "older"));
        add(found("2", begin + 60, "old", "older", "stays", "flickers"));
        assertThat(changes("2")).contains("open 0 fresh 2 whole true");
        add(found("3", begin + 120, "older", "stays"));
        assertThat(changes("3")).contains("open 1 fresh 0 whole true");
        add(found("4", begin + 180, "stays"));
        assertThat(changes("4")).contains("open 1 fresh 0 whole true");
        add(found("5", 0, "stays"));
        assertThat(changes("5")).as("known for a month").contains("open 0 fresh 0 whole true");
        add(found("6", 60));
        assertThat(changes("6")).contains("open 0 fresh 0 whole true");
    }

    @Test
    void whatNobodySawFixedIsStillOpen() {
        add(found("1", 0, "a"));
        add(found("2", 60, "a", "stays"));
        add(found("3", 120, "a", "stays", "once"));
        assertThat(changes("3")).contains("open 1 fresh 1 whole true");
        add(elsewhere(found("4", 180, "a")));
        assertThat(told("4")).isEqualTo("3 found 1 persisting 1 not_observed 2");
        assertThat(changes("4")).as("another page").contains("open 1 fresh 1 whole true");
        add(elsewhere(found("5", 240, "a")));
        assertThat(changes("5")).as("for the second time").contains("open 1 fresh 1 whole true");
        add(found("6", 300, "a", "once"));
        assertThat(changes("6")).as("one fixed, one again").contains("open 1 fresh 0 whole true");
        add(found("7", 360, "a"));
        assertThat(changes("7")).contains("open 0 fresh 0 whole true");
    }

    @Test
    void whatAnotherEngineDoesNotTellWasNotSeenFixed() {
        add(found("1", 0, "a"));
        add(found("2", 60, "a", "stays"));
        add(found("3", 120, "a", "stays"));
        add(FoundResults.with(found("4", 180, "a"), page -> page.setEngine("axe-core 99")));
        assertThat(told("4")).isEqualTo("3 found 1 persisting 1 engine_changed 1");
        assertThat(changes("4")).contains("open 1 fresh 0 whole true");
        add(FoundResults.with(found("5", 240, "a"), page -> page.setEngine("axe-core 99")));
        assertThat(changes("5"))
                .as("the new engine's second look")
                .contains("open 0 fresh 0 whole true");
    }

    private static ScanResult elsewhere(ScanResult result) {
        return FoundResults.with(result, page -> page.setFinalUrl("https://example.com/elsewhere"));
    }

    private Optional<String> changes(String scan) {
        return jdbi.withHandle(handle ->
                Optional.ofNullable(
                                new ReportedChanges().find(handle, List.of(id(scan))).get(id(scan)))
                        .map(told ->
                                "open %d fresh %d whole %s"
                                        .formatted(
                                                told.getOpen(), told.getFresh(), told.getWhole())));
    }

    private void add(ScanResult result) {
        add(List.of(result));
    }

    private void add(List<ScanResult> results) {
        List<PublishedScan> scans =
                results.stream()
                        .map(result ->
                                PublishedScan.of(
                                        result.getRequest(),
                                        ReportComposer.compose(result),
                                        Instant.now()))
                        .toList();
        jdbi.useTransaction(handle -> {
            history.add(handle, scans);
            new TrendScans().add(handle, scans);
        });
    }

    private ScanResult found(String scan, long second, String... fingerprints) {
        var result = FoundResults.of(id(scan), MONDAY.plusSeconds(second), List.of(fingerprints));
        return ScanResult.newBuilder(result).setRequest(request(scan)).build();
    }

    private ScanResult rich(String scan, int second) {
        var judged = SampleResults.judged(Validity.VALID, 50, id(scan), "req-1");
        return FoundResults.with(
                ScanResult.newBuilder(judged)
                        .setRequest(request(scan))
                        .setCompletedAt(MONDAY.plusSeconds(second))
                        .build(),
                page -> page.setNeedsReview(List.of()));
    }

    private static ScanResult inPart(ScanResult result) {
        return FoundResults.with(result, page -> page.setValidity(Validity.PARTIAL));
    }

    private ScanRequest request(String scan) {
        return ScanRequest.newBuilder(SampleResults.request(id(scan), "req-1"))
                .setClient(client)
                .build();
    }

    private String id(String scan) {
        return scan + "-" + client;
    }

    private void clear() {
        for (String table : List.of("finding", "missing_finding", "comparison")) {
            jdbi.useHandle(handle ->
                    handle.execute("DELETE FROM reports." + table + " WHERE client = ?", client));
        }
    }

    private long rows(String table) {
        return jdbi.withHandle(handle ->
                handle.select("SELECT count(*) FROM reports." + table + " WHERE client = ?", client)
                        .mapTo(Long.class)
                        .one());
    }

    /** The scan before, how many were found, and what is not 0. */
    private String told(String scan) {
        return jdbi.withHandle(handle ->
                handle.select(
                                """
                                SELECT concat_ws(' ', coalesce(split_part(previous_scan_id, '-', 1), 'null'), 'found ' || found,
                                       'new ' || nullif(new, 0), 'newly_observed ' || nullif(newly_observed, 0),
                                       'persisting ' || nullif(persisting, 0), 'fixed ' || nullif(fixed, 0),
                                       'not_observed ' || nullif(not_observed, 0),
                                       'engine_changed ' || nullif(engine_changed, 0), incomparable)
                                  FROM reports.comparison
                                 WHERE scan_id = ?
                                """,
                                id(scan))
                        .mapTo(String.class)
                        .one());
    }

    private Map<String, String> states(String scan) {
        var states = new TreeMap<String, String>();
        jdbi.useHandle(handle ->
                handle.select(
                                """
                                SELECT fingerprint, state FROM reports.finding WHERE scan_id = ?
                                UNION ALL
                                SELECT fingerprint, state FROM reports.missing_finding WHERE scan_id = ?
                                """,
                                id(scan),
                                id(scan))
                        .map((row, _) ->
                                Map.entry(row.getString(1), String.valueOf(row.getString(2))))
                        .forEach(entry -> states.put(entry.getKey(), entry.getValue())));
        return states;
    }

    private String stored(String... scans) {
        return Stream.of(scans)
                .map(scan -> scan + ": " + told(scan) + " " + states(scan))
                .collect(Collectors.joining("\n"));
    }
}
