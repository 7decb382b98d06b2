package io.stepfree.reports.keeping;

import io.stepfree.reports.shelf.ReportShelf;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Deletes scans with their reports and files. The files go first: what is cut off by a crash is
 * done again, as the rows that name them are still there. Thread-safe for different scans.
 */
public final class ScanRemoval {

    /* Locked, as what lacks files is made whole, but not while its row goes. */
    private static final String FILES =
            """
            SELECT scan_id, html_file, json_file
              FROM reports.report
             WHERE scan_id = ANY(:scanIds)
             ORDER BY scan_id
               FOR UPDATE
            """;

    private static final String DELETE_SCANS =
            "DELETE FROM reports.scan_status WHERE scan_id = ANY(:scanIds)";

    private static final String DELETE_REPORTS =
            "DELETE FROM reports.report WHERE scan_id = ANY(:scanIds)";

    private final ReportShelf shelf;

    public ScanRemoval(ReportShelf shelf) {
        this.shelf = shelf;
    }

    /** How many of each went. */
    public record Removed(long scans, long reports, long files) {}

    /**
     * Deletes these within the transaction.
     *
     * @throws IOException when the disk or S3 refuses; the transaction must be rolled back
     */
    public Removed remove(Handle handle, List<String> scanIds) throws IOException {
        Map<String, ReportShelf.Places> reports = new LinkedHashMap<>();
        handle.createQuery(FILES)
                .bindArray("scanIds", String.class, scanIds)
                .map((row, _) ->
                        Map.entry(
                                row.getString("scan_id"),
                                new ReportShelf.Places(
                                        row.getString("html_file"), row.getString("json_file"))))
                .forEach(report -> reports.put(report.getKey(), report.getValue()));
        long gone = shelf.remove(reports);
        return new Removed(
                delete(handle, DELETE_SCANS, scanIds),
                delete(handle, DELETE_REPORTS, scanIds),
                gone);
    }

    private static long delete(Handle handle, String sql, List<String> scanIds) {
        return handle.createUpdate(sql).bindArray("scanIds", String.class, scanIds).execute();
    }
}
