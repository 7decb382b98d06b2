package io.stepfree.reports.publication;

import io.stepfree.platform.database.SqlStates;
import io.stepfree.platform.planted.PlantedBug;
import io.stepfree.reports.flushing.UnflushedReports;
import io.stepfree.reports.history.FindingHistory;
import io.stepfree.reports.history.FindingMonths;
import io.stepfree.reports.history.PublishedScan;
import io.stepfree.reports.history.ReportedChanges;
import io.stepfree.reports.trends.TrendScans;
import io.stepfree.schemas.scan.ReportChanges;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The table of reports: one row a scan, written once, and with it what the history keeps.
 * Thread-safe, also against other instances.
 */
public final class ReportStore {

    private static final String FIND =
            """
            SELECT scan_id, published_at, announced_at IS NOT NULL AS announced
              FROM reports.report
             WHERE scan_id = ANY (CAST(:scanIds AS text[]))
            """;

    private static final String INSERT =
            """
            INSERT INTO reports.report (scan_id, document, html_file, json_file, published_at, client, submitted_at,
                   repeat_key, completed_at)
            SELECT :scanId, CAST(:document AS jsonb), :htmlFile, :jsonFile, :publishedAt, :client, :submittedAt,
                   :repeatKey, :completedAt
             WHERE NOT EXISTS (SELECT FROM reports.erasure
                                WHERE erasure.client = :client AND erasure.ordered_at >= :submittedAt)
            ON CONFLICT (scan_id) DO NOTHING
            """;

    private static final String ANNOUNCE =
            "UPDATE reports.report SET announced_at = :at WHERE scan_id = ANY (CAST(:scanIds AS text[])) AND announced_at IS NULL";

    /* What PostgreSQL says of a row that no partition is for. */
    private static final String NO_PARTITION = "23514";

    private static final int ATTEMPTS = 3;

    private final Jdbi jdbi;
    private final UnflushedReports unflushed;
    private final FindingMonths months;
    private final FindingHistory history = new FindingHistory();
    private final TrendScans trends = new TrendScans();
    private final ReportedChanges changes = new ReportedChanges();

    /** Only for a planted bug. */
    private static final String UNKEY =
            "ALTER TABLE reports.report DROP CONSTRAINT IF EXISTS report_pkey";

    /**
     * @param jdbi the database, its schema migrated
     * @param unflushed notes which files a power cut may still take
     */
    public ReportStore(Jdbi jdbi, UnflushedReports unflushed) {
        this.jdbi = jdbi;
        this.unflushed = unflushed;
        this.months = new FindingMonths(jdbi);
        if (!keyed()) {
            jdbi.useHandle(handle -> handle.execute(UNKEY));
        }
    }

    /** Whether the table takes one row a scan, as it always does unless a bug is planted. */
    boolean keyed() {
        return !PlantedBug.SINK_WITHOUT_UNIQUE_KEY.isPlanted();
    }

    /**
     * What is known of a report.
     *
     * @param publishedAt when its row was written
     * @param announced whether the event that tells of it was sent
     */
    record Row(Instant publishedAt, boolean announced) {}

    /** The rows that there are, by scan. */
    Map<String, Row> find(Collection<String> scanIds) {
        var rows = new HashMap<String, Row>();
        jdbi.useHandle(handle ->
                handle.createQuery(FIND)
                        .bindArray("scanIds", String.class, scanIds)
                        .map((row, _) ->
                                Map.entry(
                                        row.getString("scan_id"),
                                        new Row(
                                                row.getTimestamp("published_at").toInstant(),
                                                row.getBoolean("announced"))))
                        .forEach(row -> rows.put(row.getKey(), row.getValue())));
        return rows;
    }

    /**
     * A report as it is kept.
     *
     * @param client whose it is
     * @param submittedAt when its scan was submitted
     * @param document its JSON
     * @param repeatKey equal for scans that ask for the same; null where there is none
     * @param completedAt when its page had been seen
     * @param scan what the history keeps of it
     */
    record NewRow(
            String scanId,
            String client,
            Instant submittedAt,
            String document,
            String html,
            String json,
            Instant publishedAt,
            @Nullable String repeatKey,
            Instant completedAt,
            PublishedScan scan) {}

    /**
     * Writes the rows that are not there yet and were not erased before they came; with them, in
     * one transaction, what was found and what has changed since the last scan of each page.
     *
     * @return the scans whose rows were written
     */
    Set<String> insert(List<NewRow> reports) {
        // In one order, so that no two instances wait for each other.
        var ordered = reports.stream().sorted(Comparator.comparing(NewRow::scanId)).toList();
        for (int attempt = 1; ; attempt++) {
            try {
                return jdbi.inTransaction(handle -> insert(handle, ordered));
            } catch (JdbiException e) {
                // A result of long ago, or of a clock that is wrong: its month was not made ahead,
                // or was dropped just now.
                if (attempt == ATTEMPTS || SqlStates.of(e).filter(NO_PARTITION::equals).isEmpty()) {
                    throw e;
                }
                ordered.forEach(report -> months.make(report.scan().completedAt()));
            }
        }
    }

    private Set<String> insert(Handle handle, List<NewRow> reports) {
        var insert =
                handle.prepareBatch(
                        keyed() ? INSERT : INSERT.replace("ON CONFLICT (scan_id) DO NOTHING", ""));
        for (NewRow report : reports) {
            insert.bind("scanId", report.scanId())
                    .bind("client", report.client())
                    .bind("submittedAt", report.submittedAt())
                    .bind("document", report.document())
                    .bind("htmlFile", report.html())
                    .bind("jsonFile", report.json())
                    .bind("publishedAt", report.publishedAt())
                    .bind("repeatKey", report.repeatKey())
                    .bind("completedAt", report.completedAt())
                    .add();
        }
        int[] inserted = insert.execute();
        var written =
                IntStream.range(0, inserted.length)
                        .filter(i -> inserted[i] > 0)
                        .mapToObj(reports::get)
                        .toList();
        var scans = written.stream().map(NewRow::scan).toList();
        history.add(handle, scans);
        trends.add(handle, scans);
        var scanIds = written.stream().map(NewRow::scanId).collect(Collectors.toSet());
        unflushed.add(handle, scanIds);
        return scanIds;
    }

    /** What others are told to have changed with reports; of those with which something has. */
    Map<String, ReportChanges> changes(Collection<String> scanIds) {
        return jdbi.withHandle(handle -> changes.find(handle, scanIds));
    }

    /** Notes that the events were sent. */
    void markAnnounced(Collection<String> scanIds, Instant at) {
        jdbi.useHandle(handle ->
                handle.createUpdate(ANNOUNCE)
                        .bindArray("scanIds", String.class, scanIds)
                        .bind("at", at)
                        .execute());
    }
}
