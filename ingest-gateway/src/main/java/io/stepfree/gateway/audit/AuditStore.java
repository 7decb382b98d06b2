package io.stepfree.gateway.audit;

import io.stepfree.gateway.admission.AuditFilter;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.gateway.schema.HourlySweep;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The audit log in PostgreSQL. A row that comes twice is there once; what is older than it is to be
 * kept goes by itself. Thread-safe; throws JdbiException when the database does not answer, and
 * BreakerOpenException while it is not asked.
 */
final class AuditStore {

    private static final String INSERT =
            """
            INSERT INTO gateway.audit_log (id, at, client, caller, action, target, made, status, request_id)
            VALUES (:id, :at, :client, :caller, :action, :target, :made, :status, :requestId)
            ON CONFLICT (id) DO NOTHING
            """;

    private static final String PAGE =
            """
            SELECT id, at, client, caller, action, target, made, status, request_id
              FROM gateway.audit_log
             WHERE <chosen>
             ORDER BY at DESC, id DESC
             LIMIT :limit
            """;

    private final Jdbi jdbi;
    private final GatewaySchema schema;
    private final HourlySweep sweep;

    AuditStore(Jdbi jdbi, GatewaySchema schema, Duration keep) {
        this.jdbi = jdbi;
        this.schema = schema;
        this.sweep =
                new HourlySweep(
                        jdbi,
                        """
                        DELETE FROM gateway.audit_log WHERE id IN (
                            SELECT id FROM gateway.audit_log WHERE at < now() - interval '%d s' ORDER BY at LIMIT %d)
                        """
                                .formatted(keep.toSeconds(), HourlySweep.AT_ONCE));
    }

    void add(List<AuditEntry> entries) {
        schema.assure();
        jdbi.useTransaction(handle -> {
            var batch = handle.prepareBatch(INSERT);
            for (AuditEntry entry : entries) {
                batch.bind("id", entry.id())
                        .bind("at", entry.at().atOffset(ZoneOffset.UTC))
                        .bind("client", entry.client())
                        .bind("caller", entry.caller())
                        .bind("action", entry.action())
                        .bind("target", entry.target())
                        .bind("made", entry.made())
                        .bind("status", entry.status())
                        .bind("requestId", entry.requestId())
                        .add();
            }
            batch.execute();
        });
        sweep.nowAndThen();
    }

    /**
     * The newest first.
     *
     * @param after the last of the page before; null for the first page
     */
    List<AuditEntry> page(AuditFilter filter, @Nullable AuditCursor after, int limit) {
        var conditions = new ArrayList<>(List.of("true"));
        var values = new LinkedHashMap<String, Object>();
        add(conditions, values, "client = :client", "client", filter.client());
        add(conditions, values, "action = :action", "action", filter.action());
        add(conditions, values, "at >= :from", "from", moment(filter.from()));
        add(conditions, values, "at < :to", "to", moment(filter.to()));
        if (after != null) {
            add(conditions, values, "(at, id) < (:at, :id)", "at", moment(after.at()));
            values.put("id", after.id());
        }
        schema.assure();
        return jdbi.withHandle(handle ->
                handle.createQuery(PAGE)
                        .define("chosen", String.join(" AND ", conditions))
                        .bindMap(values)
                        .bind("limit", limit)
                        .map((row, _) -> entry(row))
                        .list());
    }

    private static void add(
            List<String> conditions,
            Map<String, Object> values,
            String condition,
            String name,
            @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            values.put(name, value);
        }
    }

    private static @Nullable OffsetDateTime moment(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static AuditEntry entry(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getObject("id", UUID.class),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("client"),
                row.getString("caller"),
                row.getString("action"),
                row.getString("target"),
                row.getString("made"),
                row.getInt("status"),
                row.getString("request_id"));
    }
}
