package io.stepfree.reports.erasure;

import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.Erasure;
import io.stepfree.reports.keeping.ScanRemoval;
import io.stepfree.reports.shelf.ReportShelf;
import io.stepfree.reports.status.LeftScans;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A client's scans as they stand here, their reports, the files of these, and the batches that no
 * scan is left of. What is open is cancelled, and behind the events of each scan goes a tombstone.
 * Thread-safe.
 */
public final class ClientScans implements ErasableStore {

    private static final int AT_ONCE = 100;

    /* In the order in which everybody else who writes to several takes them. */
    private static final String AWAIT_WRITERS =
            """
            LOCK TABLE reports.scan_status, reports.report, reports.batch_status IN SHARE ROW EXCLUSIVE MODE
            """;

    private static final String SCANS =
            """
            SELECT scan_id, request_id, host, status IN ('accepted', 'dispatched', 'retrying') AS open
              FROM reports.scan_status
             WHERE client = :client AND submitted_at <= :moment
             ORDER BY scan_id
             LIMIT :limit
               FOR UPDATE
            """;

    /* The acceptance of these was not heard. */
    private static final String REPORTS_WITHOUT_SCAN =
            """
            SELECT scan_id, scan_id AS request_id, NULL AS host, false AS open
              FROM reports.report
             WHERE client = :client AND submitted_at <= :moment
             ORDER BY scan_id
             LIMIT :limit
               FOR UPDATE
            """;

    private static final String KEEP_OUT =
            """
            INSERT INTO reports.erased_scan (scan_id, erasure_id)
            SELECT unnest(:scanIds), :id
            ON CONFLICT (scan_id) DO NOTHING
            """;

    private static final String BATCHES =
            """
             FROM reports.batch_status
            WHERE client = :client
              AND NOT EXISTS (SELECT FROM reports.scan_status
                               WHERE scan_status.client = :client
                                 AND scan_status.batch_id = batch_status.batch_id)
            """;

    private static final String COUNT_SCANS =
            "SELECT count(*) FROM reports.scan_status WHERE client = :client AND submitted_at <= :moment";

    private static final String COUNT_REPORTS =
            """
            SELECT count(*)
              FROM reports.report
             WHERE (client = :client AND submitted_at <= :moment)
                OR scan_id IN (SELECT scan_id FROM reports.erased_scan WHERE erasure_id = :id)
            """;

    private static final String ERASED =
            "SELECT scan_id FROM reports.erased_scan WHERE erasure_id = :id";

    private final ScanRemoval removal;
    private final ReportShelf shelf;
    private final LeftScans left;

    private record Scan(String scanId, String requestId, @Nullable String host, boolean open) {}

    public ClientScans(ScanRemoval removal, ReportShelf shelf, LeftScans left) {
        this.removal = removal;
        this.shelf = shelf;
        this.left = left;
    }

    @Override
    public void awaitWriters(Handle handle) {
        handle.execute(AWAIT_WRITERS);
    }

    @Override
    public Map<String, Long> eraseSome(Handle handle, Erasure erasure) throws IOException {
        for (String select : List.of(SCANS, REPORTS_WITHOUT_SCAN)) {
            List<Scan> scans = some(handle, select, erasure);
            if (!scans.isEmpty()) {
                return erase(handle, erasure, scans);
            }
        }
        long batches =
                handle.createUpdate("DELETE" + BATCHES).bind("client", erasure.client()).execute();
        if (batches > 0) {
            return Map.of("batches", batches);
        }
        // What a crash has left without a row.
        long strays = shelf.removeAll(erased(handle, erasure));
        return strays > 0 ? Map.of("files", strays) : Map.of();
    }

    private Map<String, Long> erase(Handle handle, Erasure erasure, List<Scan> scans)
            throws IOException {
        for (Scan scan : scans) {
            if (scan.open() && scan.host() != null) {
                left.cancel(scan.scanId(), scan.host(), scan.requestId());
            }
            left.bury(scan.scanId(), scan.requestId());
        }
        List<String> scanIds = scans.stream().map(Scan::scanId).toList();
        handle.createUpdate(KEEP_OUT)
                .bindArray("scanIds", String.class, scanIds)
                .bind("id", erasure.id())
                .execute();
        var removed = removal.remove(handle, scanIds);
        var counts = new LinkedHashMap<String, Long>();
        counts.put("scans", removed.scans());
        counts.put("reports", removed.reports());
        counts.put("files", removed.files());
        return counts;
    }

    private static List<Scan> some(Handle handle, String select, Erasure erasure) {
        return handle.createQuery(select)
                .bind("client", erasure.client())
                .bind("moment", erasure.moment())
                .bind("limit", AT_ONCE)
                .map((row, _) ->
                        new Scan(
                                row.getString("scan_id"),
                                row.getString("request_id"),
                                row.getString("host"),
                                row.getBoolean("open")))
                .list();
    }

    @Override
    public Map<String, Long> remaining(Handle handle, Erasure erasure) throws IOException {
        return Map.of(
                "scans",
                count(handle, COUNT_SCANS, erasure),
                "reports",
                count(handle, COUNT_REPORTS, erasure),
                "batches",
                count(handle, "SELECT count(*)" + BATCHES, erasure),
                "files",
                shelf.count(erased(handle, erasure)));
    }

    private static long count(Handle handle, String sql, Erasure erasure) {
        var query = handle.createQuery(sql).bind("client", erasure.client());
        if (sql.contains(":moment")) {
            query.bind("moment", erasure.moment());
        }
        if (sql.contains(":id")) {
            query.bind("id", erasure.id());
        }
        return query.mapTo(Long.class).one();
    }

    private static Set<String> erased(Handle handle, Erasure erasure) {
        return new HashSet<>(
                handle.createQuery(ERASED).bind("id", erasure.id()).mapTo(String.class).list());
    }
}
