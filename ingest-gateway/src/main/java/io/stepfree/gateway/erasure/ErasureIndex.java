package io.stepfree.gateway.erasure;

import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.platform.database.SqlStates;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads how erasures stand from the views that the services show. Read-only, thread-safe; throws
 * JdbiException when the database does not answer.
 */
public final class ErasureIndex {

    /** Who erases something, in the order of the answer, and where it writes it down. */
    private static final Map<String, String> SERVICES = services();

    private static final String SELECT =
            """
            SELECT id, client, request_id, ordered_by, reason, ordered_at, erased::text AS erased,
                   remaining::text AS remaining, done_at
              FROM <table>
             WHERE client = :client AND (:id::text IS NULL OR id = :id)
             ORDER BY ordered_at DESC, id DESC
             LIMIT :limit
            """;

    /* No such schema or table: a service of before there were erasures, which has taken none. */
    private static final Set<String> NOT_MADE_YET = Set.of("3F000", "42P01");

    private static final TypeReference<LinkedHashMap<String, Long>> COUNTS =
            new TypeReference<>() {};

    private final Jdbi jdbi;
    private final GatewaySchema schema;

    /** What one service says of one erasure. */
    private record Told(ErasureRow.Order order, ErasureRow.Part part) {}

    public ErasureIndex(Jdbi jdbi, GatewaySchema schema) {
        this.jdbi = jdbi;
        this.schema = schema;
    }

    private static Map<String, String> services() {
        var services = new LinkedHashMap<String, String>();
        services.put("report-builder", "reports.erasure_view");
        services.put("dlq-processor", "dead_letters.erasure_view");
        services.put("ingest-gateway", "gateway.erasure");
        return services;
    }

    /** That erasure, as far as a service has taken it. */
    Optional<ErasureRow> find(String client, String id) {
        return read(client, id, 1).stream().findFirst();
    }

    /** The newest of a client. */
    List<ErasureRow> newest(String client, int limit) {
        return read(client, null, limit);
    }

    /** One that no service has taken yet. */
    static ErasureRow ordered(ErasureRow.Order order) {
        return ErasureRow.of(
                order, SERVICES.keySet().stream().map(ErasureRow.Part::ordered).toList());
    }

    private List<ErasureRow> read(String client, @Nullable String id, int limit) {
        schema.assure();
        var orders = new LinkedHashMap<String, ErasureRow.Order>();
        var parts = new LinkedHashMap<String, Map<String, ErasureRow.Part>>();
        SERVICES.forEach((service, table) -> {
            for (Told told : read(service, table, client, id, limit)) {
                String erasure = told.order().id();
                orders.putIfAbsent(erasure, told.order());
                parts.computeIfAbsent(erasure, _ -> new LinkedHashMap<>())
                        .put(service, told.part());
            }
        });
        return orders.values().stream()
                .sorted((one, other) -> other.orderedAt().compareTo(one.orderedAt()))
                .limit(limit)
                .map(order ->
                        ErasureRow.of(order, inOrder(parts.getOrDefault(order.id(), Map.of()))))
                .toList();
    }

    private static List<ErasureRow.Part> inOrder(Map<String, ErasureRow.Part> known) {
        var parts = new ArrayList<ErasureRow.Part>();
        for (String service : SERVICES.keySet()) {
            var part = known.get(service);
            parts.add(part == null ? ErasureRow.Part.ordered(service) : part);
        }
        return parts;
    }

    private List<Told> read(
            String service, String table, String client, @Nullable String id, int limit) {
        try {
            return jdbi.withHandle(handle ->
                    handle.createQuery(SELECT)
                            .define("table", table)
                            .bind("client", client)
                            .bind("id", id)
                            .bind("limit", limit)
                            .map((row, _) -> told(service, row))
                            .list());
        } catch (JdbiException e) {
            if (SqlStates.of(e).filter(NOT_MADE_YET::contains).isPresent()) {
                return List.of();
            }
            throw e;
        }
    }

    private static Told told(String service, ResultSet row) throws SQLException {
        String remaining = row.getString("remaining");
        OffsetDateTime doneAt = row.getObject("done_at", OffsetDateTime.class);
        Instant done = doneAt == null ? null : doneAt.toInstant();
        return new Told(
                new ErasureRow.Order(
                        row.getString("id"),
                        row.getString("client"),
                        row.getString("request_id"),
                        row.getString("ordered_by"),
                        row.getString("reason"),
                        row.getObject("ordered_at", OffsetDateTime.class).toInstant()),
                ErasureRow.Part.taken(
                        service,
                        counts(row.getString("erased")),
                        remaining == null ? null : counts(remaining),
                        done));
    }

    private static Map<String, Long> counts(String json) {
        return JsonMapper.shared().readValue(json, COUNTS);
    }
}
