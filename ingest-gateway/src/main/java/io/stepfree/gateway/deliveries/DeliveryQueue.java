package io.stepfree.gateway.deliveries;

import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.gateway.schema.HourlySweep;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries in PostgreSQL, shared by all gateways. One is lent to who makes it, for a time;
 * when that gateway dies, it is lent to another. One of a receiver is made at a time, and a few of
 * a client, so that a slow receiver keeps nobody else waiting. Thread-safe; throws JdbiException
 * when the database does not answer, and BreakerOpenException while it is not asked.
 */
final class DeliveryQueue {

    /* Looked at by the statement that writes: an erasure waits for those that have begun. */
    private static final String INSERT =
            """
            INSERT INTO gateway.callback_deliveries (id, client, type, subject_id, url, host, body)
            SELECT :id, :client, :type, :subject, :url, :host, :body
             WHERE NOT EXISTS (SELECT FROM gateway.erasure
                                WHERE erasure.client = :client AND erasure.ordered_at >= :wishedAt)
                ON CONFLICT (id) DO NOTHING
            """;

    /*
     * Who has fewest under way goes first. What is free is asked once more of the row that is locked: two gateways may
     * have seen the same rows.
     */
    private static final String LEND =
            """
            WITH busy AS (
                SELECT client, host FROM gateway.callback_deliveries WHERE state = 'waiting' AND leased_until > now()
            ), due AS (
                SELECT DISTINCT ON (client, host) id, client, next_at
                  FROM gateway.callback_deliveries
                 WHERE state = 'waiting' AND next_at <= now() AND (leased_until IS NULL OR leased_until <= now())
                   AND (client, host) NOT IN (SELECT client, host FROM busy)
                 ORDER BY client, host, next_at
            ), turns AS (
                SELECT id, row_number() OVER (PARTITION BY client ORDER BY next_at)
                           + (SELECT count(*) FROM busy WHERE busy.client = due.client) AS turn
                  FROM due
            )
            UPDATE gateway.callback_deliveries
               SET leased_until = now() + :lease::interval, attempts = attempts + 1
             WHERE id IN (SELECT d.id
                            FROM gateway.callback_deliveries d JOIN turns ON turns.id = d.id
                           WHERE turns.turn <= :perClient
                             AND d.state = 'waiting' AND d.next_at <= now()
                             AND (d.leased_until IS NULL OR d.leased_until <= now())
                           ORDER BY turns.turn, d.next_at
                           LIMIT :most
                             FOR UPDATE OF d SKIP LOCKED)
            RETURNING id, client, url, body, attempts
            """;

    private static final String END =
            """
            UPDATE gateway.callback_deliveries
               SET state = :state, ended_at = now(), leased_until = NULL, last_status = :status, last_error = :error
             WHERE id = :id AND attempts = :attempt AND state = 'waiting'
            """;

    private static final String LATER =
            """
            UPDATE gateway.callback_deliveries
               SET next_at = now() + :wait::interval, leased_until = NULL, last_status = :status, last_error = :error
             WHERE id = :id AND attempts = :attempt AND state = 'waiting'
            """;

    private static final String COLUMNS =
            """
            id, type, subject_id, url, state, attempts, next_at, last_status, last_error, made_at, ended_at\
            """;

    private static final String LIST =
            """
            SELECT %s FROM gateway.callback_deliveries
             WHERE client = :client AND (:state::text IS NULL OR state = :state)
             ORDER BY made_at DESC, id DESC
             LIMIT :limit
            """
                    .formatted(COLUMNS);

    private static final String FIND =
            "SELECT %s FROM gateway.callback_deliveries WHERE client = :client AND id = :id"
                    .formatted(COLUMNS);

    private static final String REVIVE =
            """
            UPDATE gateway.callback_deliveries
               SET state = 'waiting', attempts = 0, next_at = now(), leased_until = NULL, ended_at = NULL
             WHERE client = :client AND id = :id AND state = 'dead'
            """;

    private final Jdbi jdbi;
    private final GatewaySchema schema;
    private final ClientDatabase clients;
    private final HourlySweep sweep;

    /**
     * One that is to be made.
     *
     * @param id the same for the same end of the same scan or batch
     * @param subject the scan or batch as its client calls it
     * @param wishedAt when its client asked to be told
     */
    record Order(
            String id,
            String client,
            String type,
            String subject,
            String url,
            String host,
            String body,
            Instant wishedAt) {}

    DeliveryQueue(Jdbi jdbi, GatewaySchema schema, Duration keep) {
        this.jdbi = jdbi;
        this.schema = schema;
        this.clients = new ClientDatabase(jdbi);
        this.sweep =
                new HourlySweep(
                        jdbi,
                        """
                        DELETE FROM gateway.callback_deliveries
                         WHERE id IN (SELECT id FROM gateway.callback_deliveries
                                       WHERE ended_at < now() - interval '%d seconds'
                                       LIMIT %d FOR UPDATE SKIP LOCKED)
                        """
                                .formatted(keep.toSeconds(), HourlySweep.AT_ONCE));
    }

    /** Adds one, unless it is of what was erased; one that is there already stays as it is. */
    void add(Order order) {
        schema.assure();
        jdbi.useHandle(handle ->
                handle.createUpdate(INSERT)
                        .bind("id", order.id())
                        .bind("client", order.client())
                        .bind("type", order.type())
                        .bind("subject", order.subject())
                        .bind("url", order.url())
                        .bind("host", order.host())
                        .bind("body", order.body())
                        .bind("wishedAt", order.wishedAt())
                        .execute());
    }

    /**
     * Some that are due, each of which nobody else is lent meanwhile.
     *
     * @param lease longer than one takes
     */
    List<Parcel> lend(int most, int perClient, Duration lease) {
        schema.assure();
        sweep.nowAndThen();
        return jdbi.inTransaction(handle ->
                handle.createQuery(LEND)
                        .bind("most", most)
                        .bind("perClient", perClient)
                        .bind("lease", lease.toString())
                        .map((row, _) ->
                                new Parcel(
                                        row.getString("id"),
                                        row.getString("client"),
                                        row.getString("url"),
                                        row.getString("body"),
                                        row.getInt("attempts")))
                        .list());
    }

    /** The receiver has taken it. */
    void delivered(Parcel parcel, int status) {
        end(parcel, "delivered", status, null);
    }

    /** It is given up. */
    void dead(Parcel parcel, @Nullable Integer status, String error) {
        end(parcel, "dead", status, error);
    }

    private void end(
            Parcel parcel, String state, @Nullable Integer status, @Nullable String error) {
        jdbi.useHandle(handle ->
                handle.createUpdate(END)
                        .bind("id", parcel.id())
                        .bind("attempt", parcel.attempt())
                        .bind("state", state)
                        .bind("status", status)
                        .bind("error", error)
                        .execute());
    }

    /** It is to be tried again after a while. */
    void later(Parcel parcel, Duration wait, @Nullable Integer status, String error) {
        jdbi.useHandle(handle ->
                handle.createUpdate(LATER)
                        .bind("id", parcel.id())
                        .bind("attempt", parcel.attempt())
                        .bind("wait", wait.toString())
                        .bind("status", status)
                        .bind("error", error)
                        .execute());
    }

    /** Those of a client, the newest first. */
    List<Delivery> list(String client, @Nullable String state, int limit) {
        schema.assure();
        return clients.read(
                client,
                handle ->
                        handle.createQuery(LIST)
                                .bind("client", client)
                                .bind("state", state)
                                .bind("limit", limit)
                                .map((row, _) -> delivery(row))
                                .list());
    }

    Optional<Delivery> find(String client, String id) {
        schema.assure();
        return clients.read(
                client,
                handle ->
                        handle.createQuery(FIND)
                                .bind("client", client)
                                .bind("id", id)
                                .map((row, _) -> delivery(row))
                                .findOne());
    }

    /**
     * Has a dead one tried again from the beginning; false when the client has no such dead one.
     */
    boolean revive(String client, String id) {
        return jdbi.withHandle(handle ->
                handle.createUpdate(REVIVE).bind("client", client).bind("id", id).execute() == 1);
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        String state = row.getString("state");
        return new Delivery(
                row.getString("id"),
                row.getString("type"),
                row.getString("subject_id"),
                row.getString("url"),
                state,
                row.getInt("attempts"),
                state.equals("waiting") ? instant(row, "next_at") : null,
                row.getObject("last_status", Integer.class),
                row.getString("last_error"),
                row.getObject("made_at", OffsetDateTime.class).toInstant(),
                instant(row, "ended_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
