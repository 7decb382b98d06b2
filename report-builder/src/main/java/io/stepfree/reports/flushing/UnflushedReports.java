package io.stepfree.reports.flushing;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The table of reports whose files a power cut may still take. Thread-safe, also against other
 * instances: to look at a note twice does no harm.
 */
public final class UnflushedReports {

    private static final String ADD =
            "INSERT INTO reports.unflushed (writer, scan_ids) VALUES (:writer, CAST(:scanIds AS text[]))";

    /* By the clock that wrote them. */
    private static final String SOME =
            """
            SELECT number, scan_ids
              FROM reports.unflushed
             WHERE (writer = :writer) = :own AND number > :after
               AND (number <= :upTo OR written_at <= now() - make_interval(secs => :seconds))
             ORDER BY number
             LIMIT :limit
            """;

    private static final String KEEP =
            "UPDATE reports.unflushed SET scan_ids = CAST(:scanIds AS text[]) WHERE number = :number";

    private static final String DROP = "DELETE FROM reports.unflushed WHERE number = :number";

    private static final String LAST = "SELECT coalesce(max(number), 0) FROM reports.unflushed";

    /* Of any run, as each of them flushes what another has left behind. */
    private static final String OLDEST =
            "SELECT EXTRACT(EPOCH FROM now() - min(written_at)) FROM reports.unflushed";

    /** Of so many polls at once. */
    static final int AT_ONCE = 2;

    private final UUID writer;

    /**
     * @param writer names this run of report-builder
     */
    public UnflushedReports(UUID writer) {
        this.writer = writer;
    }

    /** Notes that this run wrote the files of these scans, in the transaction of their rows. */
    public void add(Handle handle, Collection<String> scanIds) {
        if (!scanIds.isEmpty()) {
            add(handle, writer, scanIds);
        }
    }

    private static void add(Handle handle, UUID writer, Collection<String> scanIds) {
        handle.createUpdate(ADD)
                .bind("writer", writer)
                .bindArray("scanIds", String.class, scanIds)
                .execute();
    }

    /**
     * What was written together and not flushed yet.
     *
     * @param number grows from note to note
     */
    record Note(long number, List<String> scanIds) {}

    /** The number of the last note that there is; 0 when there is none. */
    static long last(Handle handle) {
        return handle.createQuery(LAST).mapTo(Long.class).one();
    }

    /** How old the oldest note is; empty when there is none. */
    static Optional<Duration> oldest(Handle handle) {
        return handle.createQuery(OLDEST)
                .map((row, _) -> Optional.ofNullable(row.getBigDecimal(1)))
                .one()
                .map(seconds -> Duration.ofMillis(seconds.movePointRight(3).longValue()));
    }

    /** The next few notes of this run that are at least as old. */
    List<Note> own(Handle handle, Duration age, long after) {
        return some(handle, true, after, 0, age);
    }

    /** The next few notes of other runs up to a number, and others that are at least as old. */
    List<Note> others(Handle handle, long upTo, Duration age, long after) {
        return some(handle, false, after, upTo, age);
    }

    private List<Note> some(Handle handle, boolean own, long after, long upTo, Duration age) {
        return handle.createQuery(SOME)
                .bind("writer", writer)
                .bind("own", own)
                .bind("after", after)
                .bind("upTo", upTo)
                .bind("seconds", age.toSeconds())
                .bind("limit", AT_ONCE)
                .map((row, _) ->
                        new Note(
                                row.getLong("number"),
                                List.of((String[]) row.getArray("scan_ids").getArray())))
                .list();
    }

    /** Takes a note out, but for the scans that are left; these stay noted also when it is gone. */
    static void settle(Handle handle, Note note, Collection<String> left) {
        if (left.isEmpty()) {
            handle.createUpdate(DROP).bind("number", note.number()).execute();
            return;
        }
        int kept =
                handle.createUpdate(KEEP)
                        .bind("number", note.number())
                        .bindArray("scanIds", String.class, left)
                        .execute();
        if (kept == 0) {
            // Another instance found nothing amiss meanwhile. It is nobody's now, so that whoever
            // looks at it reads the files as well.
            add(handle, UUID.randomUUID(), left);
        }
    }
}
