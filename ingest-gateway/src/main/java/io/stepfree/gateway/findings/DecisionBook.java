package io.stepfree.gateway.findings;

import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.gateway.admission.DecisionFilter;
import io.stepfree.gateway.admission.DecisionSubject;
import io.stepfree.gateway.admission.NewDecision;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.ErasableTable;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * What clients have decided of findings, in PostgreSQL. Thread-safe; throws JdbiException when the
 * database does not answer, and BreakerOpenException while it is not asked.
 */
final class DecisionBook {

    /** How many a client may have, those that have ended included. */
    static final int MOST = 1_000;

    /* Two that are made at once wait for each other, or both would see room for one. */
    private static final String ONE_AT_A_TIME =
            "SELECT pg_advisory_xact_lock(hashtext('decision'), hashtext(:client))";

    private static final String COUNT_OTHERS =
            "SELECT count(*) FROM gateway.decisions WHERE client = :client AND id <> :id";

    private static final String PUT =
            """
            INSERT INTO gateway.decisions (id, client, decision, assignee, fingerprint, rule, host, selector, pattern_rule,
                   pattern_criterion, pattern_host, pattern_path, pattern_selector, selector_prefix, reason, until,
                   decided_by)
            VALUES (:id, :client, :decision, :assignee, :fingerprint, :rule, :host, :selector, :patternRule,
                    :patternCriterion, :patternHost, :patternPath, :patternSelector, :selectorPrefix, :reason, :until,
                    :decidedBy)
                ON CONFLICT (id) DO UPDATE
                   SET decision = excluded.decision, assignee = excluded.assignee, reason = excluded.reason,
                       until = excluded.until, decided_by = excluded.decided_by, decided_at = now()
            RETURNING *
            """;

    private static final String LIST =
            "SELECT * FROM gateway.decisions WHERE client = :client ORDER BY decided_at DESC, id";

    private static final String DELETE =
            "DELETE FROM gateway.decisions WHERE client = :client AND id = :id";

    private static final String THOSE_OF =
            " FROM gateway.decisions WHERE client = :client AND decided_at <= :moment";

    private final Jdbi jdbi;
    private final GatewaySchema schema;
    private final ClientDatabase clients;
    private final InstantSource clock;

    DecisionBook(Jdbi jdbi, GatewaySchema schema, InstantSource clock) {
        this.jdbi = jdbi;
        this.schema = schema;
        this.clients = new ClientDatabase(jdbi);
        this.clock = clock;
    }

    /** Those of a client. */
    static ErasableStore erasable() {
        return new ErasableTable("decisions", "DELETE" + THOSE_OF, "SELECT count(*)" + THOSE_OF);
    }

    /**
     * Decides, in the place of what was decided of the same before; empty when there are too many.
     */
    Optional<Decision> put(String client, String decidedBy, NewDecision decision) {
        schema.assure();
        UUID id = id(client, decision);
        return jdbi.inTransaction(handle -> {
            handle.createQuery(ONE_AT_A_TIME).bind("client", client).mapToMap().list();
            long others =
                    handle.createQuery(COUNT_OTHERS)
                            .bind("client", client)
                            .bind("id", id)
                            .mapTo(Long.class)
                            .one();
            if (others >= MOST) {
                return Optional.empty();
            }
            Instant until = decision.until();
            DecisionSubject subject = decision.subject();
            // What every version knows stays where every version looks for it.
            boolean plain = subject.fingerprint() != null || subject.isRuleOnHost();
            return handle.createQuery(PUT)
                    .bind("id", id)
                    .bind("client", client)
                    .bind("decision", decision.decision())
                    .bind("assignee", decision.assignee())
                    .bind("fingerprint", subject.fingerprint())
                    .bind("rule", plain ? subject.rule() : null)
                    .bind("host", plain ? subject.host() : null)
                    .bind("selector", plain ? subject.selector() : null)
                    .bind("patternRule", plain ? null : subject.rule())
                    .bind("patternCriterion", subject.criterion())
                    .bind("patternHost", plain ? null : subject.host())
                    .bind("patternPath", subject.path())
                    .bind("patternSelector", plain ? null : subject.selector())
                    .bind("selectorPrefix", subject.selectorPrefix())
                    .bind("reason", decision.reason())
                    .bind("until", until == null ? null : until.atOffset(ZoneOffset.UTC))
                    .bind("decidedBy", decidedBy)
                    .map((row, _) -> decision(row))
                    .findOne();
        });
    }

    /** Those of a client that were asked for, the newest first, also those that have ended. */
    List<Decision> list(String client, DecisionFilter filter) {
        return list(client).stream().filter(decision -> chosen(decision, filter)).toList();
    }

    private static boolean chosen(Decision decision, DecisionFilter filter) {
        return (filter.decision() == null || filter.decision().equals(decision.decision()))
                && (filter.assignee() == null || filter.assignee().equals(decision.assignee()));
    }

    private List<Decision> list(String client) {
        schema.assure();
        return clients.read(
                client,
                handle ->
                        handle.createQuery(LIST)
                                .bind("client", client)
                                .map((row, _) -> decision(row))
                                .list());
    }

    /** Those of a client that count now, the narrowest first. */
    Decisions counting(String client) {
        Instant now = clock.instant();
        return new Decisions(
                list(client).stream()
                        .filter(decision -> decision.countsAt(now))
                        .sorted(Decision.NARROWEST)
                        .toList());
    }

    /** Takes one back; false when the client has no such one. */
    boolean delete(String client, UUID id) {
        schema.assure();
        return jdbi.withHandle(handle ->
                handle.createUpdate(DELETE).bind("client", client).bind("id", id).execute() == 1);
    }

    /** The same for decisions of the same; with lengths, so that no part can pass for another. */
    private static UUID id(String client, NewDecision decision) {
        var words = new StringBuilder();
        DecisionSubject subject = decision.subject();
        var parts = new ArrayList<@Nullable String>();
        parts.addAll(
                Arrays.asList(
                        client,
                        subject.fingerprint(),
                        subject.rule(),
                        subject.host(),
                        subject.selector()));
        if (subject.fingerprint() == null && !subject.isRuleOnHost()) {
            parts.addAll(
                    Arrays.asList(subject.criterion(), subject.path(), subject.selectorPrefix()));
        }
        for (@Nullable String part : parts) {
            words.append(part == null ? "-" : part.length() + ":" + part);
        }
        return UUID.nameUUIDFromBytes(words.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Decision decision(ResultSet row) throws SQLException {
        String decision = row.getString("decision");
        return new Decision(
                row.getString("id"),
                decision,
                row.getString("fingerprint"),
                either(row, "rule", "pattern_rule"),
                row.getString("pattern_criterion"),
                either(row, "host", "pattern_host"),
                row.getString("pattern_path"),
                either(row, "selector", "pattern_selector"),
                row.getString("selector_prefix"),
                // A gateway of the version before leaves it when it decides otherwise.
                decision.equals(Decision.ASSIGNED) ? row.getString("assignee") : null,
                row.getString("reason"),
                instant(row, "until"),
                row.getString("decided_by"),
                Objects.requireNonNull(instant(row, "decided_at")));
    }

    private static @Nullable String either(ResultSet row, String column, String other)
            throws SQLException {
        String text = row.getString(column);
        return text == null ? row.getString(other) : text;
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime moment = row.getObject(column, OffsetDateTime.class);
        return moment == null ? null : moment.toInstant();
    }
}
