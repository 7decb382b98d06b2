package io.stepfree.reports.publication;

import io.stepfree.platform.database.SqlStates;
import io.stepfree.platform.planted.PlantedBug;
import io.stepfree.reports.history.FindingHistory;
import io.stepfree.reports.history.FindingMonths;
import io.stepfree.reports.history.PublishedScan;
import io.stepfree.reports.history.ReportedChanges;
import io.stepfree.reports.trends.TrendScans;
import io.stepfree.schemas.scan.ReportChanges;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
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
            "SELECT published_at, announced_at IS NOT NULL AS announced FROM reports.report WHERE scan_id = :scanId";

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
            "UPDATE reports.report SET announced_at = :at WHERE scan_id = :scanId AND announced_at IS NULL";

    /* What PostgreSQL says of a row that no partition is for. */
    private static final String NO_PARTITION = "23514";

    private static final int ATTEMPTS = 3;

    private final Jdbi jdbi;
    private final FindingMonths months;
    private final FindingHistory history = new FindingHistory();
    private final TrendScans trends = new TrendScans();
    private final ReportedChanges changes = new ReportedChanges();

    /** Only for a planted bug. */
    private static final String UNKEY =
            "ALTER TABLE reports.report DROP CONSTRAINT IF EXISTS report_pkey";

    /**
     * @param jdbi the database, its schema migrated
     */
    public ReportStore(Jdbi jdbi) {
        this.jdbi = jdbi;
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

    Optional<Row> find(String scanId) {
        return jdbi.withHandle(handle ->
                handle.createQuery(FIND)
                        .bind("scanId", scanId)
                        .map((row, context) ->
                                new Row(
                                        row.getTimestamp("published_at").toInstant(),
                                        row.getBoolean("announced")))
                        .findFirst());
    }

    /**
     * A report as it is kept.
     *
     * @param client whose it is
     * @param submittedAt when its scan was submitted
     * @param document its JSON
     * @param repeatKey equal for scans that ask for the same; null where there is none
     * @param completedAt when its page had been seen
     */
    record NewRow(
            String scanId,
            String client,
            Instant submittedAt,
            String document,
            Path html,
            Path json,
            Instant publishedAt,
            @Nullable String repeatKey,
            Instant completedAt) {}

    /**
     * Writes the row unless there is one, or it was erased before it came; with it, in one
     * transaction, what was found and what has changed since the last scan of the page. Returns
     * whether it was written.
     */
    boolean insert(NewRow report, PublishedScan scan) {
        for (int attempt = 1; ; attempt++) {
            try {
                return jdbi.inTransaction(handle -> insert(handle, report, scan));
            } catch (JdbiException e) {
                // A result of long ago, or of a clock that is wrong: its month was not made ahead,
                // or
                // was dropped just now.
                if (attempt == ATTEMPTS || SqlStates.of(e).filter(NO_PARTITION::equals).isEmpty()) {
                    throw e;
                }
                months.make(scan.completedAt());
            }
        }
    }

    private boolean insert(Handle handle, NewRow report, PublishedScan scan) {
        boolean written =
                handle.createUpdate(
                                        keyed()
                                                ? INSERT
                                                : INSERT.replace(
                                                        "ON CONFLICT (scan_id) DO NOTHING", ""))
                                .bind("scanId", report.scanId())
                                .bind("client", report.client())
                                .bind("submittedAt", report.submittedAt())
                                .bind("document", report.document())
                                .bind("htmlFile", report.html().toString())
                                .bind("jsonFile", report.json().toString())
                                .bind("publishedAt", report.publishedAt())
                                .bind("repeatKey", report.repeatKey())
                                .bind("completedAt", report.completedAt())
                                .execute()
                        == 1;
        if (written) {
            history.add(handle, scan);
            trends.add(handle, scan);
        }
        return written;
    }

    /** What others are told to have changed with a report; empty where that is nothing. */
    Optional<ReportChanges> changes(String scanId) {
        return jdbi.withHandle(handle -> changes.find(handle, scanId));
    }

    /** Notes that the event was sent. */
    void markAnnounced(String scanId, Instant at) {
        jdbi.useHandle(handle ->
                handle.createUpdate(ANNOUNCE).bind("scanId", scanId).bind("at", at).execute());
    }
}
