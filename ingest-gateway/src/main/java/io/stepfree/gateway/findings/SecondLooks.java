package io.stepfree.gateway.findings;

import io.stepfree.gateway.findings.ScanChanges.SecondLook;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the next look at a page tells of what was new at one. Works in the transaction of
 * whoever reads for a client. Stateless and thread-safe.
 */
final class SecondLooks {

    private static final String NEXT =
            """
            SELECT decided, relook_scan_id, is_over, next_scan_id, next_completed_at
              FROM reports.second_look_view
             WHERE scan_id = :scanId AND client = :client
            """;

    private static final String OUTCOME =
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
            SELECT count(*) FILTER (WHERE seen) AS confirmed, count(*) FILTER (WHERE gone) AS flickering,
                   count(*) FILTER (WHERE NOT seen AND NOT gone) AS unknown,
                   ARRAY(SELECT fingerprint FROM told WHERE gone ORDER BY place DESC LIMIT :limit) AS flickers
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
            return over ? "missed" : "ordered";
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
        return next.decided()
                ? Optional.of(
                        new SecondLook(next.state(), next.ordered(), null, null, null, null, null))
                : Optional.empty();
    }

    private static SecondLook outcome(Handle handle, First first, Next next, int limit) {
        return handle.createQuery(OUTCOME)
                .bind("scanId", first.scanId())
                .bind("completedAt", first.completedAt())
                .bind("client", first.client())
                .bind("next", next.scan())
                .bind("nextCompletedAt", next.completedAt())
                .bind("limit", limit)
                .map((row, _) ->
                        new SecondLook(
                                "seen",
                                next.scan(),
                                next.completedAt(),
                                row.getInt("confirmed"),
                                row.getInt("flickering"),
                                row.getInt("unknown"),
                                List.of((String[]) row.getArray("flickers").getArray())))
                .one();
    }
}
