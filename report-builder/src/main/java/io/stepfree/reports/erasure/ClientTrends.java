package io.stepfree.reports.erasure;

import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.Erasure;
import io.stepfree.reports.trends.TrendCount;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * What a client's scans were counted with in trends, and the counts. Whatever goes leaves a note of
 * the days that are not right any more, and these are counted again here: so this comes after the
 * scans. Thread-safe.
 */
public final class ClientTrends implements ErasableStore {

    private static final int AT_ONCE = 1_000;

    private static final String DELETE =
            """
            DELETE FROM reports.trend_scan
             WHERE scan_id IN (SELECT scan_id
                                 FROM reports.trend_scan
                                WHERE client = :client AND submitted_at <= :moment
                                ORDER BY scan_id
                                LIMIT :limit
                                  FOR UPDATE)
            """;

    private static final String COUNT_SCANS =
            "SELECT count(*) FROM reports.trend_scan WHERE client = :client AND submitted_at <= :moment";

    /* Those behind which nothing stands any more; behind the others stands what is later than the erasure. */
    private static final String COUNT_COUNTS =
            """
            SELECT count(*)
              FROM (SELECT *, (begins AT TIME ZONE 'UTC' + CAST('1 ' || bucket AS interval)) AT TIME ZONE 'UTC' AS ends
                      FROM reports.trend
                     WHERE client = :client) AS counted
             WHERE NOT EXISTS (SELECT FROM reports.trend_scan AS scan
                                WHERE scan.client = counted.client AND scan.host = counted.host
                                  AND scan.completed_at >= begins AND scan.completed_at < ends)
               AND NOT EXISTS (SELECT FROM reports.scan_status AS scan
                                WHERE scan.client = counted.client AND scan.host = counted.host
                                  AND scan.status = 'dead_lettered'
                                  AND scan.updated_at >= begins AND scan.updated_at < ends)
            """;

    private final TrendCount count = new TrendCount();
    private final int atOnce;

    public ClientTrends() {
        this(AT_ONCE);
    }

    /**
     * @param atOnce how many scans are erased, or sites counted again, in one transaction
     */
    ClientTrends(int atOnce) {
        this.atOnce = atOnce;
    }

    @Override
    public Map<String, Long> eraseSome(Handle handle, Erasure erasure) {
        long gone =
                handle.createUpdate(DELETE)
                        .bind("client", erasure.client())
                        .bind("moment", erasure.moment())
                        .bind("limit", atOnce)
                        .execute();
        if (gone > 0) {
            return Map.of("trends", gone);
        }
        int sites = 0;
        while (sites < atOnce && count.countOneOf(handle, erasure.client())) {
            sites++;
        }
        // Counting erases no scan, but there may be more sites to count.
        return sites < atOnce ? Map.of() : Map.of("trends", 0L);
    }

    @Override
    public Map<String, Long> remaining(Handle handle, Erasure erasure) {
        return Map.of(
                "trends",
                handle.createQuery(COUNT_SCANS)
                                .bind("client", erasure.client())
                                .bind("moment", erasure.moment())
                                .mapTo(Long.class)
                                .one()
                        + handle.createQuery(COUNT_COUNTS)
                                .bind("client", erasure.client())
                                .mapTo(Long.class)
                                .one());
    }
}
