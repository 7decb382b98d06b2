package io.stepfree.reports.trends;

import static io.stepfree.reports.columns.BoundColumns.numbers;
import static io.stepfree.reports.columns.BoundColumns.texts;

import io.stepfree.reports.columns.ArrayText;
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
            SELECT scan_id, client, host, url, coalesce(page_key, md5(url)), submitted_at, completed_at, seen, whole,
                   score, CAST(rules AS text[]), CAST(occurrences AS bigint[])
              FROM unnest(CAST(:scanIds AS text[]), CAST(:clients AS text[]), CAST(:hosts AS text[]),
                          CAST(:urls AS text[]), CAST(:pageKeys AS text[]), CAST(:submitted AS timestamptz[]),
                          CAST(:completed AS timestamptz[]), CAST(:seen AS boolean[]), CAST(:whole AS boolean[]),
                          CAST(:scores AS integer[]), CAST(:rules AS text[]), CAST(:occurrences AS text[]))
                AS scan (scan_id, client, host, url, page_key, submitted_at, completed_at, seen, whole, score, rules,
                         occurrences)
            ON CONFLICT (scan_id) DO NOTHING
            """;

    /** Notes scans, except those that were noted before. */
    public void add(Handle handle, List<PublishedScan> scans) {
        if (scans.isEmpty()) {
            return;
        }
        // One statement: what notes that days have to be counted again runs once for each.
        var insert = handle.createUpdate(INSERT);
        texts(insert, "scanIds", scans, PublishedScan::scanId);
        texts(insert, "clients", scans, PublishedScan::client);
        texts(insert, "hosts", scans, PublishedScan::host);
        texts(insert, "urls", scans, PublishedScan::url);
        texts(insert, "pageKeys", scans, PublishedScan::pageKey);
        texts(insert, "submitted", scans, scan -> scan.submittedAt().toString());
        texts(insert, "completed", scans, scan -> scan.completedAt().toString());
        texts(insert, "seen", scans, scan -> Boolean.toString(scan.tally().seen()));
        texts(insert, "whole", scans, scan -> Boolean.toString(scan.whole()));
        numbers(insert, "scores", scans, scan -> scan.tally().score());
        texts(insert, "rules", scans, scan -> ArrayText.of(scan.tally().violated().keySet()));
        texts(insert, "occurrences", scans, scan -> ArrayText.of(occurrences(scan)));
        insert.execute();
    }

    private static List<String> occurrences(PublishedScan scan) {
        return scan.tally().violated().values().stream().map(String::valueOf).toList();
    }
}
