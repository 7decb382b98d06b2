package io.stepfree.gateway.findings;

import io.stepfree.gateway.findings.ScanChanges.SecondLook;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the next look at a page tells of what was new at one. Works in the transaction of
 * whoever reads for a client. Stateless and thread-safe.
 */
final class SecondLooks {

    private static final String DEAD_LETTERED = "dead_lettered";
    private static final String CANCELLED = "cancelled";

    private static final String NEXT =
            """
            SELECT decided, relook_scan_id, is_over, next_scan_id, next_completed_at
              FROM reports.second_look_view
             WHERE scan_id = :scanId AND client = :client
            """;

    /* Why the look that was ordered tells nothing: what became of its scan, and how much of the page that saw. */
    private static final String MISSED =
            """
            SELECT s.status, s.failure::text AS failure, c.whole, c.incomparable
              FROM reports.scan_status_view s
              LEFT JOIN reports.comparison_view c ON c.scan_id = s.scan_id AND c.client = s.client
             WHERE s.scan_id = :scanId AND s.client = :client
            """;

    private static final String TOLD =
            """
            WITH told AS (
                SELECT f.fingerprint, f.place,
                       EXISTS (SELECT FROM reports.finding_view again
                                WHERE again.scan_id = :next AND again.completed_at = :nextCompletedAt
                                  AND again.client = :client AND again.fingerprint = f.fingerprint) AS seen,
                       EXISTS (SELECT FROM reports.missing_finding_view gone
                                WHERE gone.scan_id = :next AND gone.completed_at = :nextCompletedAt
                                  AND gone.client = :client AND gone.fingerprint = f.fingerprint
                                  AND gone.state = 'fixed') AS gone
                  FROM reports.finding_view f
                 WHERE f.scan_id = :scanId AND f.completed_at = :completedAt AND f.client = :client
                   AND f.state = 'new'
            )
            """;

    private static final String OUTCOME =
            TOLD
                    + """
                    SELECT count(*) FILTER (WHERE seen) AS confirmed, count(*) FILTER (WHERE gone) AS flickering,
                           count(*) FILTER (WHERE NOT seen AND NOT gone) AS unknown,
                           ARRAY(SELECT fingerprint FROM told WHERE gone ORDER BY place DESC LIMIT :limit) AS flickers
                      FROM told
                    """;

    private static final String OUTCOMES =
            TOLD
                    + """
                    SELECT fingerprint, CASE WHEN seen THEN 'confirmed' WHEN gone THEN 'flickering' ELSE 'unknown' END AS word
                      FROM told
                    """;

    private record Next(
            boolean decided,
            @Nullable String ordered,
            boolean over,
            @Nullable String scan,
            @Nullable Instant completedAt) {

        static Next of(ResultSet row) throws SQLException {
            OffsetDateTime seen = row.getObject("next_completed_at", OffsetDateTime.class);
            return new Next(
                    row.getBoolean("decided"),
                    row.getString("relook_scan_id"),
                    row.getBoolean("is_over"),
                    row.getString("next_scan_id"),
                    seen == null ? null : seen.toInstant());
        }

        /** As long as there is no such look. */
        String state() {
            if (ordered == null) {
                return "left_out";
            }
            return over ? SecondLook.MISSED : "ordered";
        }
    }

    /** A look of a client, in which something is new. */
    record First(String client, String scanId, Instant completedAt) {}

    /**
     * What became of what was new; empty when nobody has looked again and nobody is to.
     *
     * @param limit how many fingerprints at most
     */
    Optional<SecondLook> find(Handle handle, First first, int limit) {
        return handle.createQuery(NEXT)
                .bind("scanId", first.scanId())
                .bind("client", first.client())
                .map((row, _) -> Next.of(row))
                .findOne()
                .flatMap(next -> told(handle, first, next, limit));
    }

    private static Optional<SecondLook> told(Handle handle, First first, Next next, int limit) {
        if (next.scan() != null) {
            return Optional.of(outcome(handle, first, next, limit));
        }
        if (!next.decided()) {
            return Optional.empty();
        }
        SecondLook notYet = SecondLook.notYet(next.state(), next.ordered());
        return Optional.of(
                notYet.state().equals(SecondLook.MISSED)
                        ? handle.createQuery(MISSED)
                                .bind("scanId", next.ordered())
                                .bind("client", first.client())
                                .map((row, _) -> because(notYet, row))
                                .findOne()
                                .orElse(notYet)
                        : notYet);
    }

    private static SecondLook because(SecondLook missed, ResultSet row) throws SQLException {
        String reason = reason(row);
        return missed.because(
                reason, DEAD_LETTERED.equals(reason) ? row.getString("failure") : null);
    }

    /** Of a look that is over; null where that is not known any more, or not yet. */
    private static @Nullable String reason(ResultSet row) throws SQLException {
        boolean whole = row.getBoolean("whole");
        boolean seen = !row.wasNull();
        if (!seen) {
            String status = row.getString("status");
            return status.equals(DEAD_LETTERED) || status.equals(CANCELLED) ? status : null;
        }
        String incomparable = row.getString("incomparable");
        return incomparable == null && !whole ? "partial" : incomparable;
    }

    /**
     * What the look tells of each finding that was new, by fingerprint: confirmed, flickering or
     * unknown.
     *
     * @param seen a look that has seen the page
     */
    Map<String, String> outcomes(Handle handle, First first, SecondLook seen) {
        var outcomes = new HashMap<String, String>();
        bound(handle.createQuery(OUTCOMES), first, seen.scan(), seen.completedAt())
                .map((row, _) -> Map.entry(row.getString("fingerprint"), row.getString("word")))
                .forEach(told -> outcomes.put(told.getKey(), told.getValue()));
        return outcomes;
    }

    private static Query bound(
            Query query, First first, @Nullable String next, @Nullable Instant nextCompletedAt) {
        return query.bind("scanId", first.scanId())
                .bind("completedAt", first.completedAt())
                .bind("client", first.client())
                .bind("next", next)
                .bind("nextCompletedAt", nextCompletedAt);
    }

    private static SecondLook outcome(Handle handle, First first, Next next, int limit) {
        return bound(handle.createQuery(OUTCOME), first, next.scan(), next.completedAt())
                .bind("limit", limit)
                .map((row, _) ->
                        new SecondLook(
                                SecondLook.SEEN,
                                next.scan(),
                                null,
                                null,
                                next.completedAt(),
                                row.getInt("confirmed"),
                                row.getInt("flickering"),
                                row.getInt("unknown"),
                                List.of((String[]) row.getArray("flickers").getArray())))
                .one();
    }
}
