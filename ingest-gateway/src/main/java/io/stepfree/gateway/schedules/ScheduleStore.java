package io.stepfree.gateway.schedules;

import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.gateway.admission.NewSchedule;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.ErasableTable;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.schemas.scan.SealedSecrets;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The schedules in PostgreSQL, each with its alarm: a row of db-scheduler's table, made in the same
 * transaction, so that none is without. Thread-safe; throws JdbiException when the database does
 * not answer, and BreakerOpenException while it is not asked.
 */
final class ScheduleStore {

    /** The name under which db-scheduler knows the alarms. */
    static final String ALARM = "schedule";

    /* Two that are made at once wait for each other, or both would see room for one. */
    private static final String ONE_AT_A_TIME =
            "SELECT pg_advisory_xact_lock(hashtext('schedule'), hashtext(:client))";

    private static final String COUNT =
            "SELECT count(*) FROM gateway.schedules WHERE client = :client";

    private static final String INSERT =
            """
            INSERT INTO gateway.schedules (id, client, name, cron, zone, plan, made_by, pages, first_url,
                                           order_text, order_sealed, order_key, next_at)
            VALUES (:id, :client, :name, :cron, :zone, :plan, :madeBy, :pages, :firstUrl,
                    :orderText, :orderSealed, :orderKey, :nextAt)
                ON CONFLICT (client, name) DO NOTHING
            """;

    private static final String SET_ALARM =
            """
            INSERT INTO gateway.scheduled_tasks (task_name, task_instance, execution_time, picked, version)
            VALUES (:alarm, :id::text, :nextAt, false, 1)
            """;

    private static final String COLUMNS =
            """
            id::text AS id, name, cron, zone, pages, first_url, paused, next_at, last_run::text AS last_run,
                   made_by, made_at\
            """;

    private static final String LIST =
            "SELECT %s FROM gateway.schedules WHERE client = :client ORDER BY name"
                    .formatted(COLUMNS);

    private static final String FIND =
            "SELECT %s FROM gateway.schedules WHERE client = :client AND id = :id"
                    .formatted(COLUMNS);

    private static final String PAUSE =
            "UPDATE gateway.schedules SET paused = :paused WHERE client = :client AND id = :id";

    private static final String DELETE =
            "DELETE FROM gateway.schedules WHERE client = :client AND id = :id";

    /* One that rings just now finds no schedule and goes by itself. */
    private static final String DROP_ALARM =
            """
            DELETE FROM gateway.scheduled_tasks
             WHERE task_name = :alarm AND task_instance = :id::text AND NOT picked
            """;

    private static final String THOSE_OF =
            " FROM gateway.schedules WHERE client = :client AND made_at <= :moment";

    private static final String ERASE =
            """
            WITH alarms AS (
                DELETE FROM gateway.scheduled_tasks
                 WHERE task_name = '%s' AND NOT picked AND task_instance IN (SELECT id::text %2$s))
            DELETE %2$s
            """
                    .formatted(ALARM, THOSE_OF);

    private static final String DUE =
            """
            SELECT id, client, name, cron, zone, plan, paused, next_at, pages, order_text, order_sealed, order_key
              FROM gateway.schedules
             WHERE id = :id
            """;

    private static final String DONE =
            """
            UPDATE gateway.schedules
               SET next_at = :nextAt, last_run = coalesce(:lastRun::jsonb, last_run)
             WHERE id = :id AND next_at = :plannedAt
            """;

    private static final String TOLD =
            "UPDATE gateway.schedules SET last_run = :lastRun::jsonb WHERE id = :id";

    private final Jdbi jdbi;
    private final GatewaySchema schema;
    private final SecretSealer sealer;
    private final ClientDatabase clients;
    private final JsonMapper json;

    /**
     * What is to be done when the alarm of a schedule rings.
     *
     * @param nextAt the time to deal with
     * @param order what is to be scanned, with its secrets still sealed
     */
    record Due(
            UUID id,
            String client,
            String name,
            String cron,
            String zone,
            String plan,
            boolean paused,
            Instant nextAt,
            int pages,
            KeptOrder order) {}

    /** What is to be scanned, as it is kept: a text, or one that is sealed. */
    sealed interface KeptOrder {
        record Plain(String text) implements KeptOrder {}

        record Sealed(SealedSecrets sealed, String subject) implements KeptOrder {}
    }

    /** How an order of a schedule went. */
    enum Made {
        MADE,
        NAME_IS_TAKEN,
        TOO_MANY
    }

    ScheduleStore(Jdbi jdbi, GatewaySchema schema, SecretSealer sealer, JsonMapper json) {
        this.jdbi = jdbi;
        this.schema = schema;
        this.sealer = sealer;
        this.clients = new ClientDatabase(jdbi);
        this.json = json;
    }

    /**
     * Those of a client, with their alarms. One that rings just now submits what is newer than the
     * erasure, for once, and goes as one that was deleted does.
     */
    static ErasableStore erasable() {
        return new ErasableTable("schedules", ERASE, "SELECT count(*)" + THOSE_OF);
    }

    /**
     * Adds one, unless its client has one of this name or as many as it may have.
     *
     * @param secret whether what it asks for is to be sealed
     */
    Made make(
            UUID id,
            String client,
            String plan,
            String madeBy,
            NewSchedule schedule,
            boolean secret,
            Instant nextAt,
            int most) {
        schema.assure();
        SealedSecrets sealed = secret ? sealer.sealText(schedule.order(), subject(id)) : null;
        return jdbi.inTransaction(handle -> {
            handle.createQuery(ONE_AT_A_TIME).bind("client", client).mapToMap().list();
            long there = handle.createQuery(COUNT).bind("client", client).mapTo(Long.class).one();
            if (there >= most) {
                return Made.TOO_MANY;
            }
            int made =
                    handle.createUpdate(INSERT)
                            .bind("id", id)
                            .bind("client", client)
                            .bind("name", schedule.name())
                            .bind("cron", schedule.cron())
                            .bind("zone", schedule.zone())
                            .bind("plan", plan)
                            .bind("madeBy", madeBy)
                            .bind("pages", schedule.scans().pages())
                            .bind("firstUrl", schedule.scans().good().firstEntry().getValue().url())
                            .bind("orderText", sealed == null ? schedule.order() : null)
                            .bind("orderSealed", sealed == null ? null : bytes(sealed))
                            .bind("orderKey", sealed == null ? null : sealed.getKey())
                            .bind("nextAt", nextAt.atOffset(ZoneOffset.UTC))
                            .execute();
            if (made == 0) {
                return Made.NAME_IS_TAKEN;
            }
            handle.createUpdate(SET_ALARM)
                    .bind("alarm", ALARM)
                    .bind("id", id)
                    .bind("nextAt", nextAt.atOffset(ZoneOffset.UTC))
                    .execute();
            return Made.MADE;
        });
    }

    /** Those of a client, by name. */
    List<Schedule> list(String client) {
        schema.assure();
        return clients.read(
                client,
                handle ->
                        handle.createQuery(LIST)
                                .bind("client", client)
                                .map((row, _) -> schedule(row))
                                .list());
    }

    Optional<Schedule> find(String client, UUID id) {
        schema.assure();
        return clients.read(
                client,
                handle ->
                        handle.createQuery(FIND)
                                .bind("client", client)
                                .bind("id", id)
                                .map((row, _) -> schedule(row))
                                .findOne());
    }

    /** Lets its times pass from now on, or no longer; false when the client has no such one. */
    boolean pause(String client, UUID id, boolean paused) {
        schema.assure();
        return jdbi.withHandle(handle ->
                handle.createUpdate(PAUSE)
                                .bind("client", client)
                                .bind("id", id)
                                .bind("paused", paused)
                                .execute()
                        == 1);
    }

    /** Ends it for good; false when the client has no such one. */
    boolean delete(String client, UUID id) {
        schema.assure();
        return jdbi.inTransaction(handle -> {
            boolean deleted =
                    handle.createUpdate(DELETE).bind("client", client).bind("id", id).execute()
                            == 1;
            if (deleted) {
                handle.createUpdate(DROP_ALARM).bind("alarm", ALARM).bind("id", id).execute();
            }
            return deleted;
        });
    }

    /** The schedule whose alarm rings; empty when it was deleted. */
    Optional<Due> due(UUID id) {
        return jdbi.withHandle(handle ->
                handle.createQuery(DUE).bind("id", id).map((row, _) -> due(row)).findOne());
    }

    /**
     * What is to be scanned, in clear.
     *
     * @throws io.stepfree.platform.secret.SecretsUnreadableException when the key that it was
     *     sealed with is not known here
     */
    String open(KeptOrder order) {
        return switch (order) {
            case KeptOrder.Plain(String text) -> text;
            case KeptOrder.Sealed(SealedSecrets sealed, String subject) ->
                    sealer.openText(sealed, subject);
        };
    }

    /**
     * A time was dealt with.
     *
     * @param lastRun what came of it; null when it just passed
     */
    void done(Due due, Instant nextAt, @Nullable LastRun lastRun) {
        jdbi.useHandle(handle ->
                handle.createUpdate(DONE)
                        .bind("id", due.id())
                        .bind("plannedAt", due.nextAt().atOffset(ZoneOffset.UTC))
                        .bind("nextAt", nextAt.atOffset(ZoneOffset.UTC))
                        .bind("lastRun", lastRun == null ? null : json.writeValueAsString(lastRun))
                        .execute());
    }

    /** What came of a time that is not dealt with yet. */
    void tell(Due due, LastRun lastRun) {
        jdbi.useHandle(handle -> tell(handle, due, lastRun));
    }

    private void tell(Handle handle, Due due, LastRun lastRun) {
        handle.createUpdate(TOLD)
                .bind("id", due.id())
                .bind("lastRun", json.writeValueAsString(lastRun))
                .execute();
    }

    private static Due due(ResultSet row) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        String text = row.getString("order_text");
        KeptOrder order =
                text != null
                        ? new KeptOrder.Plain(text)
                        : new KeptOrder.Sealed(
                                SealedSecrets.newBuilder()
                                        .setKey(row.getString("order_key"))
                                        .setSealed(ByteBuffer.wrap(row.getBytes("order_sealed")))
                                        .build(),
                                subject(id));
        return new Due(
                id,
                row.getString("client"),
                row.getString("name"),
                row.getString("cron"),
                row.getString("zone"),
                row.getString("plan"),
                row.getBoolean("paused"),
                instant(row, "next_at"),
                row.getInt("pages"),
                order);
    }

    private static Schedule schedule(ResultSet row) throws SQLException {
        return new Schedule(
                row.getString("id"),
                row.getString("name"),
                row.getString("cron"),
                row.getString("zone"),
                row.getInt("pages"),
                row.getString("first_url"),
                row.getBoolean("paused"),
                instant(row, "next_at"),
                row.getString("last_run"),
                row.getString("made_by"),
                instant(row, "made_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(row.getObject(column, OffsetDateTime.class)).toInstant();
    }

    private static String subject(UUID id) {
        return "schedule " + id;
    }

    private static byte[] bytes(SealedSecrets sealed) {
        byte[] bytes = new byte[sealed.getSealed().remaining()];
        sealed.getSealed().duplicate().get(bytes);
        return bytes;
    }
}
