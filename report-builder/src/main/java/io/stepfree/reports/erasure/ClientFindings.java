package io.stepfree.reports.erasure;

import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.Erasure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * What was found in a client's scans, and what came of comparing them; also what later scans still
 * know of them. Writers are waited for with the reports, in whose transaction they write.
 * Thread-safe.
 */
public final class ClientFindings implements ErasableStore {

    private static final int AT_ONCE = 100;

    private static final String SOME =
            """
            SELECT scan_id
              FROM reports.comparison
             WHERE client = :client AND submitted_at <= :moment
             ORDER BY scan_id
             LIMIT :limit
               FOR UPDATE
            """;

    private static final String DELETE_FINDINGS =
            "DELETE FROM reports.finding WHERE scan_id = ANY(:scanIds)";

    private static final String DELETE_MISSING =
            """
            DELETE FROM reports.missing_finding
             WHERE scan_id = ANY(:scanIds) OR seen_scan_id = ANY(:scanIds)
            """;

    private static final String DELETE_COMPARISONS =
            "DELETE FROM reports.comparison WHERE scan_id = ANY(:scanIds)";

    private static final String COUNT_COMPARISONS =
            "SELECT count(*) FROM reports.comparison WHERE client = :client AND submitted_at <= :moment";

    /* Each by itself, so that one without its comparison would show. */
    private static final String COUNT_FINDINGS =
            "SELECT count(*) FROM reports.finding WHERE client = :client AND submitted_at <= :moment";

    private static final String COUNT_MISSING =
            """
            WITH erased AS (SELECT scan_id FROM reports.erased_scan WHERE erasure_id = :id)
            SELECT count(*)
              FROM reports.missing_finding
             WHERE scan_id IN (SELECT scan_id FROM erased) OR seen_scan_id IN (SELECT scan_id FROM erased)
            """;

    @Override
    public Map<String, Long> eraseSome(Handle handle, Erasure erasure) {
        List<String> scanIds =
                handle.createQuery(SOME)
                        .bind("client", erasure.client())
                        .bind("moment", erasure.moment())
                        .bind("limit", AT_ONCE)
                        .mapTo(String.class)
                        .list();
        if (scanIds.isEmpty()) {
            return Map.of();
        }
        var counts = new LinkedHashMap<String, Long>();
        counts.put("findings", delete(handle, DELETE_FINDINGS, scanIds));
        counts.put("missingFindings", delete(handle, DELETE_MISSING, scanIds));
        counts.put("comparisons", delete(handle, DELETE_COMPARISONS, scanIds));
        return counts;
    }

    private static long delete(Handle handle, String sql, List<String> scanIds) {
        return handle.createUpdate(sql).bindArray("scanIds", String.class, scanIds).execute();
    }

    @Override
    public Map<String, Long> remaining(Handle handle, Erasure erasure) {
        return Map.of(
                "findings",
                count(handle, COUNT_FINDINGS, erasure),
                "missingFindings",
                handle.createQuery(COUNT_MISSING).bind("id", erasure.id()).mapTo(Long.class).one(),
                "comparisons",
                count(handle, COUNT_COMPARISONS, erasure));
    }

    private static long count(Handle handle, String sql, Erasure erasure) {
        return handle.createQuery(sql)
                .bind("client", erasure.client())
                .bind("moment", erasure.moment())
                .mapTo(Long.class)
                .one();
    }
}
