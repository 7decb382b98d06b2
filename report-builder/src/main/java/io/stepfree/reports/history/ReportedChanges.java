package io.stepfree.reports.history;

import io.stepfree.schemas.scan.ReportChanges;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * What has got worse on a page, as it is told to others once a comparison is written. What a look
 * did not observe, or does not tell because its engine is another, is as it was: nobody saw it
 * fixed. Of a look behind which there is a later one nothing is: it would be told as news what that
 * has seen otherwise. Stateless and thread-safe.
 */
public final class ReportedChanges {

    /* What was new before that is known by now, and would be told for ever. */
    private static final String FIND =
            """
            SELECT now.scan_id, now.client, scan.host, now.page_key, now.submitted_at, now.whole,
                   (SELECT count(DISTINCT fingerprint)
                      FROM reports.finding
                      JOIN reports.finding AS first USING (client, page_key, fingerprint)
                     WHERE client = now.client AND page_key = now.page_key AND first.state = 'new'
                       AND first.completed_at >= now.completed_at - interval '30 days'
                       AND first.completed_at <= now.completed_at AND first.scan_id <> now.scan_id
                       AND finding.scan_id = now.scan_id AND finding.completed_at = now.completed_at
                       AND finding.state = 'persisting'
                       AND finding.kind = 'violation' AND finding.impact IN ('serious', 'critical'))
                       + unseen.open AS open,
                   (SELECT count(*)
                      FROM reports.finding
                     WHERE client = now.client AND page_key = now.page_key AND state = 'new'
                       AND scan_id = now.scan_id AND completed_at = now.completed_at
                       AND kind = 'violation' AND impact IN ('serious', 'critical'))
                       + unseen.fresh AS fresh
              FROM reports.comparison AS now
              JOIN reports.trend_scan AS scan USING (scan_id)
             CROSS JOIN LATERAL (
                   SELECT count(*) FILTER (WHERE seen_completed_at > new_at) AS open,
                          count(*) FILTER (WHERE seen_completed_at <= new_at) AS fresh
                     FROM (SELECT gone.fingerprint, gone.seen_completed_at, max(first.completed_at) AS new_at
                             FROM reports.missing_finding AS gone
                             JOIN reports.finding AS first USING (fingerprint)
                            WHERE gone.scan_id = now.scan_id AND gone.completed_at = now.completed_at
                              AND gone.state IN ('not_observed', 'engine_changed')
                              AND gone.kind = 'violation' AND gone.impact IN ('serious', 'critical')
                              AND first.client = now.client AND first.page_key = now.page_key AND first.state = 'new'
                              AND first.completed_at >= now.completed_at - interval '30 days'
                              AND first.completed_at <= now.completed_at
                            GROUP BY gone.fingerprint, gone.seen_completed_at) AS gone) AS unseen
             WHERE now.scan_id = ANY (CAST(:scanIds AS text[])) AND now.page_key IS NOT NULL AND now.previous_scan_id IS NOT NULL
               AND NOT EXISTS (SELECT FROM reports.comparison AS later
                                WHERE later.client = now.client AND later.page_key = now.page_key
                                  AND (later.completed_at, later.scan_id) > (now.completed_at, now.scan_id))
            """;

    /**
     * What is to be told with these scans, by scan; of those that were compared with nothing, or
     * are not the last of their page, nothing.
     */
    public Map<String, ReportChanges> find(Handle handle, Collection<String> scanIds) {
        return handle
                .createQuery(FIND)
                .bindArray("scanIds", String.class, scanIds)
                .map((row, _) ->
                        Map.entry(
                                row.getString("scan_id"),
                                ReportChanges.newBuilder()
                                        .setClient(row.getString("client"))
                                        .setHost(row.getString("host"))
                                        .setPage(row.getString("page_key"))
                                        .setSubmittedAt(
                                                row.getTimestamp("submitted_at").toInstant())
                                        .setWhole(row.getBoolean("whole"))
                                        .setOpen(row.getInt("open"))
                                        .setFresh(row.getInt("fresh"))
                                        .build()))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
