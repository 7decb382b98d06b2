package io.stepfree.reports.publication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reports.flushing.UnflushedReports;
import io.stepfree.reports.history.FindingMonths;
import io.stepfree.reports.history.FoundResults;
import io.stepfree.reports.history.PublishedScan;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A report's row and what is kept with it, in a real database. */
final class ReportStoreTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:15:09.480Z");

    private static TestDatabase database;
    private static Jdbi jdbi;
    private static ReportStore store;

    private final String scan = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        database = TestDatabase.start("reports");
        jdbi = database.jdbi();
        new FindingMonths(jdbi).makeAhead(NOW);
        store = new ReportStore(jdbi, new UnflushedReports(UUID.randomUUID()));
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void aReportIsWrittenOnceWithWhatWasFound() {
        assertThat(insert(NOW)).isTrue();
        assertThat(insert(NOW)).isFalse();
        // Not another one of the same scan either.
        assertThat(insert(NOW.plusSeconds(60))).isFalse();

        assertThat(rows("report", "comparison", "finding")).containsExactly(1L, 1L, 2L);
    }

    @Test
    void whatCannotBeWrittenAsAWholeIsNotWrittenAtAll() {
        jdbi.useHandle(handle ->
                handle.execute("ALTER TABLE reports.comparison RENAME TO comparison_away"));
        try {
            assertThatThrownBy(() -> insert(NOW)).isInstanceOf(JdbiException.class);
            assertThat(rows("report", "finding")).containsExactly(0L, 0L);
        } finally {
            jdbi.useHandle(handle ->
                    handle.execute("ALTER TABLE reports.comparison_away RENAME TO comparison"));
        }
        assertThat(insert(NOW)).isTrue();
        assertThat(rows("report", "comparison", "finding")).containsExactly(1L, 1L, 2L);
    }

    @Test
    void aResultOfAMonthThatWasNotMadeAheadHasItMade() {
        assertThat(insert(Instant.parse("2019-02-28T23:59:59.999Z"))).isTrue();
        assertThat(insert(Instant.EPOCH)).isFalse();

        assertThat(rows("report", "comparison", "finding")).containsExactly(1L, 1L, 2L);
    }

    @Test
    void whatWasErasedBeforeItCameIsNotWritten() {
        String client = "erased-" + scan;
        jdbi.useHandle(handle ->
                handle.execute(
                        "INSERT INTO reports.erasure (id, client, request_id, ordered_by, reason, ordered_at) VALUES (?, ?, 'r', 'ada', '', ?)",
                        scan,
                        client,
                        NOW.plusSeconds(1)));

        assertThat(insert(NOW, client)).isFalse();

        assertThat(rows("report", "comparison", "finding")).containsExactly(0L, 0L, 0L);
    }

    private boolean insert(Instant completed) {
        return insert(completed, "local");
    }

    private boolean insert(Instant completed, String client) {
        var result = FoundResults.of(scan, completed, List.of("a", "b"));
        var document = ReportComposer.compose(result);
        return store.insert(
                        List.of(
                                new ReportStore.NewRow(
                                        scan,
                                        client,
                                        NOW,
                                        "{}",
                                        "report.html",
                                        "report.json",
                                        NOW,
                                        null,
                                        completed,
                                        PublishedScan.of(result.getRequest(), document, NOW))))
                .contains(scan);
    }

    private List<Long> rows(String... tables) {
        return List.of(tables).stream()
                .map(table ->
                        jdbi.withHandle(handle ->
                                handle.select(
                                                "SELECT count(*) FROM reports.%s WHERE scan_id = ?"
                                                        .formatted(table),
                                                scan)
                                        .mapTo(Long.class)
                                        .one()))
                .toList();
    }
}
