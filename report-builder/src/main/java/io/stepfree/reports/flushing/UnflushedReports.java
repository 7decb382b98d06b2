package io.stepfree.reports.flushing;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * The table of reports whose files a power cut may still take. Works in the caller's transaction;
 * thread-safe, also against other instances.
 */
public final class UnflushedReports {

    private static final String ADD =
            "INSERT INTO reports.unflushed (writer, scan_ids) VALUES (:writer, CAST(:scanIds AS text[]))";

    private static final String TAKE =
            """
            DELETE FROM reports.unflushed
             WHERE number IN (SELECT number
                                FROM reports.unflushed
                               WHERE written_at < :before AND (writer = :writer) = :own
                               ORDER BY number
                               LIMIT :limit
                                 FOR UPDATE SKIP LOCKED)
            RETURNING scan_ids
            """;

    /** What one poll brings, some times over. */
    private static final int AT_ONCE = 5;

    private final UUID writer;

    /**
     * @param writer names this run of report-builder
     */
    public UnflushedReports(UUID writer) {
        this.writer = writer;
    }

    /** Notes that this run has written the files of these scans, in the transaction of their rows. */
    public void add(Handle handle, Collection<String> scanIds) {
        if (!scanIds.isEmpty()) {
            handle.createUpdate(ADD)
                    .bind("writer", writer)
                    .bindArray("scanIds", String.class, scanIds)
                    .execute();
        }
    }

    /** Takes some of those out that this run has written before then; none when there are none. */
    List<String> takeOwn(Handle handle, Instant before) {
        return take(handle, before, true);
    }

    /** Takes some of those out that other runs have written before then; none when there are none. */
    List<String> takeOthers(Handle handle, Instant before) {
        return take(handle, before, false);
    }

    private List<String> take(Handle handle, Instant before, boolean own) {
        return handle.createQuery(TAKE)
                .bind("writer", writer)
                .bind("before", before)
                .bind("own", own)
                .bind("limit", AT_ONCE)
                .mapTo(String[].class)
                .stream()
                .flatMap(Stream::of)
                .toList();
    }
}
