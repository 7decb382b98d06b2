package io.stepfree.platform.erasure;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.json.JsonMapper;

/**
 * The table {@code erasure} of a service's schema: one row an order, which tells what went and what
 * was left, and which stays, so that what it covers is kept out also when it comes later. Every
 * method works inside the caller's transaction.
 */
final class ErasureRows {

    private static final String INSERT =
            """
            INSERT INTO <schema>.erasure (id, client, request_id, ordered_by, reason, ordered_at)
            VALUES (:id, :client, :requestId, :orderedBy, :reason, :orderedAt)
                ON CONFLICT (id) DO NOTHING
            """;

    private static final String LOCK_OPEN =
            """
            SELECT id, client, ordered_at FROM <schema>.erasure WHERE id = :id AND done_at IS NULL FOR UPDATE
            """;

    /* What was counted before, and the new ones on top. */
    private static final String ADD =
            """
            UPDATE <schema>.erasure
               SET erased = erased
                   || (SELECT jsonb_object_agg(kind, coalesce((erased ->> kind)::bigint, 0) + number::bigint)
                         FROM jsonb_each_text(CAST(:more AS jsonb)) AS more (kind, number))
             WHERE id = :id
            """;

    private static final String RECOUNTED =
            """
            UPDATE <schema>.erasure
               SET remaining = CAST(:remaining AS jsonb), recounted_at = clock_timestamp(),
                   done_at = CASE WHEN :done THEN clock_timestamp() END
             WHERE id = :id
            """;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final String schema;

    ErasureRows(String schema) {
        this.schema = schema;
    }

    /** An order as it was given. */
    record Order(Erasure erasure, String requestId, String orderedBy, String reason) {}

    /** Takes an order; the same one met again changes nothing. */
    void insert(Handle handle, Order order) {
        handle.createUpdate(INSERT)
                .define("schema", schema)
                .bind("id", order.erasure().id())
                .bind("client", order.erasure().client())
                .bind("requestId", order.requestId())
                .bind("orderedBy", order.orderedBy())
                .bind("reason", order.reason())
                .bind("orderedAt", order.erasure().moment())
                .execute();
    }

    /** That erasure, locked, unless it is done; another instance's work on it is waited for. */
    Optional<Erasure> lockOpen(Handle handle, String id) {
        return handle.createQuery(LOCK_OPEN)
                .define("schema", schema)
                .bind("id", id)
                .map((row, _) -> erasure(row))
                .findOne();
    }

    /** Counts what went. */
    void add(Handle handle, String id, Map<String, Long> erased) {
        handle.createUpdate(ADD)
                .define("schema", schema)
                .bind("id", id)
                .bind("more", JSON.writeValueAsString(erased))
                .execute();
    }

    /** Keeps what a recount has found; done when that is nothing. */
    void recounted(Handle handle, String id, Map<String, Long> remaining, boolean done) {
        handle.createUpdate(RECOUNTED)
                .define("schema", schema)
                .bind("id", id)
                .bind("remaining", JSON.writeValueAsString(remaining))
                .bind("done", done)
                .execute();
    }

    private static Erasure erasure(ResultSet row) throws SQLException {
        return new Erasure(
                row.getString("id"),
                row.getString("client"),
                row.getObject("ordered_at", OffsetDateTime.class).toInstant());
    }
}
