package io.stepfree.gateway.access;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.gateway.schema.HourlySweep;
import io.stepfree.platform.database.SqlStates;
import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.ErasableTable;
import io.stepfree.platform.metric.OwnMeter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The keys in PostgreSQL. Thread-safe; throws JdbiException when the database does not answer, and
 * BreakerOpenException while it is not asked.
 */
public final class KeyStore {

    /** So that an old key and the new one in its place can be in use together, and no third. */
    public static final int LIVE_AT_ONCE = 2;

    private static final String COLUMNS =
            """
            id::text AS id, prefix, name, client, scopes, plan, created_by, created_at, expires_at, revoked_at,
                   last_used_at\
            """;

    private static final String LIVE =
            "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())";

    private static final String INSERT =
            """
            INSERT INTO gateway.api_keys (id, hash, prefix, name, client, scopes, plan, created_by, expires_at)
            VALUES (:id::uuid, :hash, :prefix, :name, :client, :scopes, :plan, :createdBy, :expiresAt)
            RETURNING %s
            """
                    .formatted(COLUMNS);

    /* Two that are made at once wait for each other, or both would see room for one. */
    private static final String ONE_AT_A_TIME =
            "SELECT pg_advisory_xact_lock(hashtext('api-key'), hashtext(:client || '/' || :name))";

    private static final String COUNT_LIVE =
            "SELECT count(*) FROM gateway.api_keys WHERE client = :client AND name = :name AND "
                    + LIVE;

    private static final String BY_HASH =
            "SELECT %s FROM gateway.api_keys WHERE hash = :hash".formatted(COLUMNS);

    private static final String BY_ID =
            "SELECT %s FROM gateway.api_keys WHERE id = :id::uuid".formatted(COLUMNS);

    private static final String LIST =
            """
            SELECT %s FROM gateway.api_keys
             WHERE :client::text IS NULL OR client = :client
             ORDER BY created_at DESC, id DESC
             LIMIT :limit
            """
                    .formatted(COLUMNS);

    private static final String REVOKE =
            """
            UPDATE gateway.api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE id = :id::uuid
            RETURNING %s
            """
                    .formatted(COLUMNS);

    private static final String USED =
            """
            UPDATE gateway.api_keys SET last_used_at = now()
             WHERE id = :id::uuid AND (last_used_at IS NULL OR last_used_at < now() - interval '30 s')
            """;

    /* Somebody of another client has to be able to make the next key. */
    private static final String ANOTHER_ADMIN =
            """
            EXISTS (SELECT FROM gateway.api_keys AS other
                     WHERE other.client <> :client AND other.revoked_at IS NULL AND other.expires_at IS NULL
                       AND '%s' = ANY(other.scopes))
            """
                    .formatted(Scope.ADMIN.word());

    private static final String WOULD_LOCK_OUT =
            "SELECT EXISTS (SELECT FROM gateway.api_keys WHERE client = :client) AND NOT "
                    + ANOTHER_ADMIN;

    private static final String ANY = "SELECT EXISTS (SELECT FROM gateway.api_keys)";

    /* No such schema or table. */
    private static final Set<String> NOT_MADE_YET = Set.of("3F000", "42P01");

    private final Jdbi jdbi;
    private final GatewaySchema schema;
    private final HourlySweep sweep;

    /**
     * @param keepEnded how long after its end a key is deleted
     */
    public KeyStore(Jdbi jdbi, GatewaySchema schema, Duration keepEnded, MeterRegistry meters) {
        this.jdbi = jdbi;
        this.schema = schema;
        var expired = OwnMeter.GATEWAY_KEYS_EXPIRED.counter(meters);
        this.sweep = new HourlySweep(jdbi, deletionOfEnded(keepEnded), expired::increment);
    }

    /*
     * Never the last ones: without a row it would look as if no key was ever made, and this machine would be let in
     * without one.
     */
    private static String deletionOfEnded(Duration keep) {
        return """
        DELETE FROM gateway.api_keys
         WHERE id IN (SELECT id FROM gateway.api_keys
                       WHERE least(revoked_at, expires_at) < now() - interval '%d s'
                       LIMIT %d FOR UPDATE SKIP LOCKED)
           AND EXISTS (SELECT FROM gateway.api_keys AS live
                        WHERE live.revoked_at IS NULL AND (live.expires_at IS NULL OR live.expires_at > now()))
        """
                .formatted(keep.toSeconds(), HourlySweep.AT_ONCE);
    }

    /**
     * The keys of a client, as what is erased with its data.
     *
     * @param othersMayMake whether somebody is let in who has no key here; otherwise the keys stay
     *     as long as nobody else could make another
     */
    public static ErasableStore erasable(boolean othersMayMake) {
        String those = " FROM gateway.api_keys WHERE client = :client AND created_at <= :moment";
        return new ErasableTable(
                "keys",
                "DELETE" + those + (othersMayMake ? "" : " AND " + ANOTHER_ADMIN),
                "SELECT count(*)" + those);
    }

    /** Whether nobody with a key could make another if this client's were gone. */
    boolean wouldLockOut(String client) {
        schema.assure();
        return jdbi.withHandle(handle ->
                handle.createQuery(WOULD_LOCK_OUT)
                        .bind("client", client)
                        .mapTo(Boolean.class)
                        .one());
    }

    /** What a key is to be. */
    public record NewRow(
            String id,
            ApiKey key,
            String name,
            String client,
            List<String> scopes,
            String plan,
            String createdBy,
            @Nullable Instant expiresAt) {}

    /** The row of the new key; empty when two of this name live already. */
    Optional<KeyRow> insert(NewRow key) {
        schema.assure();
        return jdbi.inTransaction(handle -> {
            handle.createQuery(ONE_AT_A_TIME)
                    .bind("client", key.client())
                    .bind("name", key.name())
                    .mapToMap()
                    .list();
            long live =
                    handle.createQuery(COUNT_LIVE)
                            .bind("client", key.client())
                            .bind("name", key.name())
                            .mapTo(Long.class)
                            .one();
            return live < LIVE_AT_ONCE ? Optional.of(insert(handle, key)) : Optional.empty();
        });
    }

    private static KeyRow insert(Handle handle, NewRow key) {
        Instant expires = key.expiresAt();
        return handle.createQuery(INSERT)
                .bind("id", key.id())
                .bind("hash", key.key().hash())
                .bind("prefix", key.key().prefix())
                .bind("name", key.name())
                .bind("client", key.client())
                .bindArray("scopes", String.class, key.scopes())
                .bind("plan", key.plan())
                .bind("createdBy", key.createdBy())
                .bind("expiresAt", expires == null ? null : expires.atOffset(ZoneOffset.UTC))
                .map((row, _) -> row(row))
                .one();
    }

    Optional<KeyRow> find(byte[] hash) {
        return ifMade(
                Optional.empty(),
                handle ->
                        handle.createQuery(BY_HASH)
                                .bind("hash", hash)
                                .map((row, _) -> row(row))
                                .findOne());
    }

    Optional<KeyRow> findById(String id) {
        schema.assure();
        return jdbi.withHandle(handle ->
                handle.createQuery(BY_ID).bind("id", id).map((row, _) -> row(row)).findOne());
    }

    /** The newest first, also those that have ended. */
    List<KeyRow> list(@Nullable String client, int limit) {
        schema.assure();
        return jdbi.withHandle(handle ->
                handle.createQuery(LIST)
                        .bind("client", client)
                        .bind("limit", limit)
                        .map((row, _) -> row(row))
                        .list());
    }

    /** Ends a key; one that was ended before keeps its time. */
    Optional<KeyRow> revoke(String id) {
        schema.assure();
        return jdbi.withHandle(handle ->
                handle.createQuery(REVOKE).bind("id", id).map((row, _) -> row(row)).findOne());
    }

    void used(String id) {
        sweep.nowAndThen();
        jdbi.useHandle(handle -> handle.createUpdate(USED).bind("id", id).execute());
    }

    /** Whether a key was ever made, be it live or not. */
    boolean any() {
        return ifMade(false, handle -> handle.createQuery(ANY).mapTo(Boolean.class).one());
    }

    /* Who asks who may come in does not wait for the tables to be made. */
    private <T> T ifMade(T otherwise, HandleCallback<T, RuntimeException> question) {
        try {
            return jdbi.withHandle(question);
        } catch (JdbiException e) {
            if (SqlStates.of(e).filter(NOT_MADE_YET::contains).isPresent()) {
                return otherwise;
            }
            throw e;
        }
    }

    private static KeyRow row(ResultSet row) throws SQLException {
        var scopes = (Object[]) row.getArray("scopes").getArray();
        return new KeyRow(
                row.getString("id"),
                row.getString("prefix"),
                row.getString("name"),
                row.getString("client"),
                Arrays.stream(scopes).map(String::valueOf).toList(),
                row.getString("plan"),
                row.getString("created_by"),
                Objects.requireNonNull(instant(row, "created_at")),
                instant(row, "expires_at"),
                instant(row, "revoked_at"),
                instant(row, "last_used_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
