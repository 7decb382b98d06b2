package io.stepfree.reports.trends;

import io.stepfree.reports.history.PublishedScan;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Notes what a report is counted with in trends, in the transaction of the report. It goes with the
 * comparison of the same scan, which has to be there. That its day has to be counted again is noted
 * by the database. Stateless and thread-safe.
 */
public final class TrendScans {

    private static final String INSERT =
            """
            INSERT INTO reports.trend_scan (scan_id, client, host, url, look, submitted_at, completed_at, seen, whole,
                   score, rules, occurrences)
            VALUES (:scanId, :client, :host, :url, coalesce(:pageKey, md5(:url)), :submittedAt, :completedAt,
                    :seen, :whole, :score, CAST(:rules AS text[]), CAST(:occurrences AS bigint[]))
            ON CONFLICT (scan_id) DO NOTHING
            """;

    /** Notes scans, except those that were noted before. */
    public void add(Handle handle, List<PublishedScan> scans) {
        if (scans.isEmpty()) {
            return;
        }
        var insert = handle.prepareBatch(INSERT);
        for (PublishedScan scan : scans) {
            PublishedScan.Tally tally = scan.tally();
            insert.bind("scanId", scan.scanId())
                    .bind("client", scan.client())
                    .bind("host", scan.host())
                    .bind("url", scan.url())
                    .bind("pageKey", scan.pageKey())
                    .bind("submittedAt", scan.submittedAt())
                    .bind("completedAt", scan.completedAt())
                    .bind("seen", tally.seen())
                    .bind("whole", scan.whole())
                    .bind("score", tally.score())
                    .bindArray("rules", String.class, tally.violated().keySet())
                    .bindArray("occurrences", Long.class, tally.violated().values())
                    .add();
        }
        insert.execute();
    }
}
