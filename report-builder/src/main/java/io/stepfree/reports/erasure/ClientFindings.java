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

    /* Their events and results may still come; and the recount goes by what is noted here. */
    private static final String KEEP_OUT =
            """
            INSERT INTO reports.erased_scan (scan_id, erasure_id)
            SELECT unnest(:scanIds), :id
            ON CONFLICT (scan_id) DO NOTHING
            """;

    /*
     * What a later scan has written of an erased one after that was gone: it had read it before. Nothing leads there any
     * more but the note of the erased scan.
     */
    private static final List<String> DELETE_STRAYS =
            List.of(
                    """
                    DELETE FROM reports.missing_finding
                     USING reports.erased_scan AS erased
                     WHERE erased.erasure_id = :id AND missing_finding.scan_id = erased.scan_id
                    """,
                    """
                    DELETE FROM reports.missing_finding
                     USING reports.erased_scan AS erased
                     WHERE erased.erasure_id = :id AND missing_finding.seen_scan_id = erased.scan_id
                    """);

    private static final String COUNT_COMPARISONS =
            "SELECT count(*) FROM reports.comparison WHERE client = :client AND submitted_at <= :moment";

    /* Each by itself, so that one without its comparison would show. */
    private static final String COUNT_FINDINGS =
            "SELECT count(*) FROM reports.finding WHERE client = :client AND submitted_at <= :moment";

    private static final String COUNT_MISSING =
            """
            WITH erased AS (SELECT scan_id FROM reports.erased_scan WHERE erasure_id = :id)
            SELECT count(*)
              FROM (SELECT scan_id, fingerprint, completed_at
                      FROM reports.missing_finding JOIN erased USING (scan_id)
                     UNION
                    SELECT missing.scan_id, fingerprint, completed_at
                      FROM reports.missing_finding AS missing JOIN erased ON missing.seen_scan_id = erased.scan_id) AS left_over
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
            return strays(handle, erasure);
        }
        handle.createUpdate(KEEP_OUT)
                .bindArray("scanIds", String.class, scanIds)
                .bind("id", erasure.id())
                .execute();
        var counts = new LinkedHashMap<String, Long>();
        counts.put("findings", delete(handle, DELETE_FINDINGS, scanIds));
        counts.put("missingFindings", delete(handle, DELETE_MISSING, scanIds));
        counts.put("comparisons", delete(handle, DELETE_COMPARISONS, scanIds));
        return counts;
    }

    private static Map<String, Long> strays(Handle handle, Erasure erasure) {
        long strays = 0;
        for (String sql : DELETE_STRAYS) {
            strays += handle.createUpdate(sql).bind("id", erasure.id()).execute();
        }
        return strays == 0 ? Map.of() : Map.of("missingFindings", strays);
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
