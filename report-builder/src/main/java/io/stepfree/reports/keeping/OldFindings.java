package io.stepfree.reports.keeping;

import io.stepfree.reports.keeping.Retention.Share;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Deletes findings that are old for their client while others keep theirs of the same month. They
 * go when all of a month is old for the client, as whole months do. Thread-safe, also against other
 * instances.
 */
final class OldFindings {

    private static final int AT_ONCE = 200;

    /* Every scan that has findings has a comparison. */
    private static final String SOME =
            """
            SELECT scan_id
              FROM reports.comparison
             WHERE completed_at < :before AND <share>
             LIMIT :limit
               FOR UPDATE SKIP LOCKED
            """;

    private static final List<String> DELETE =
            List.of(
                    "DELETE FROM reports.finding WHERE scan_id = ANY (CAST(:scanIds AS text[])) AND completed_at < :before",
                    "DELETE FROM reports.missing_finding WHERE scan_id = ANY (CAST(:scanIds AS text[])) AND completed_at < :before",
                    "DELETE FROM reports.comparison WHERE scan_id = ANY (CAST(:scanIds AS text[]))");

    private final Jdbi jdbi;

    OldFindings(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Deletes what this share has no longer to be kept, some scans in each transaction.
     *
     * @return of how many scans
     */
    long delete(Share share) {
        Instant before =
                YearMonth.from(share.before().atZone(ZoneOffset.UTC))
                        .atDay(1)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant();
        long gone = 0;
        int some;
        do {
            some = jdbi.inTransaction(handle -> deleteSome(handle, share, before));
            gone += some;
        } while (some == AT_ONCE);
        return gone;
    }

    private static int deleteSome(Handle handle, Share share, Instant before) {
        List<String> scanIds =
                handle.createQuery(SOME)
                        .define("share", share.condition())
                        .bindArray("clients", String.class, share.clients())
                        .bind("before", before)
                        .bind("limit", AT_ONCE)
                        .mapTo(String.class)
                        .list();
        if (!scanIds.isEmpty()) {
            for (String delete : DELETE) {
                var statement =
                        handle.createUpdate(delete).bindArray("scanIds", String.class, scanIds);
                if (delete.contains(":before")) {
                    statement.bind("before", before);
                }
                statement.execute();
            }
        }
        return scanIds.size();
    }
}
