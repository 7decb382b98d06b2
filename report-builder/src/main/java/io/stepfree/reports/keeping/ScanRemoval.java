package io.stepfree.reports.keeping;

import io.stepfree.reports.publication.ReportFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Deletes scans with their reports and files. The files go first: what is cut off by a crash is
 * done again, as the rows that name them are still there. Thread-safe for different scans.
 */
public final class ScanRemoval {

    private static final String FILES =
            "SELECT scan_id, html_file, json_file FROM reports.report WHERE scan_id = ANY(:scanIds)";

    private static final String DELETE_SCANS =
            "DELETE FROM reports.scan_status WHERE scan_id = ANY(:scanIds)";

    private static final String DELETE_REPORTS =
            "DELETE FROM reports.report WHERE scan_id = ANY(:scanIds)";

    private final ReportFiles files;

    public ScanRemoval(ReportFiles files) {
        this.files = files;
    }

    /** How many of each went. */
    public record Removed(long scans, long reports, long files) {}

    private record Places(String scanId, Path html, Path json) {}

    /**
     * Deletes these within the transaction.
     *
     * @throws IOException when the disk refuses; the transaction must be rolled back
     */
    public Removed remove(Handle handle, List<String> scanIds) throws IOException {
        List<Places> places =
                handle.createQuery(FILES)
                        .bindArray("scanIds", String.class, scanIds)
                        .map((row, _) ->
                                new Places(
                                        row.getString("scan_id"),
                                        Path.of(row.getString("html_file")),
                                        Path.of(row.getString("json_file"))))
                        .list();
        long gone = 0;
        for (Places place : places) {
            gone += files.remove(place.scanId(), place.html(), place.json());
        }
        return new Removed(
                delete(handle, DELETE_SCANS, scanIds),
                delete(handle, DELETE_REPORTS, scanIds),
                gone);
    }

    private static long delete(Handle handle, String sql, List<String> scanIds) {
        return handle.createUpdate(sql).bindArray("scanIds", String.class, scanIds).execute();
    }
}
