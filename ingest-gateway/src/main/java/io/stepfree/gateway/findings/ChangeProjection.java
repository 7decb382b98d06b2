package io.stepfree.gateway.findings;

import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.gateway.findings.ScanChanges.ByState;
import io.stepfree.gateway.findings.ScanChanges.Counts;
import io.stepfree.gateway.findings.ScanChanges.Decided;
import io.stepfree.gateway.findings.ScanChanges.EngineChanged;
import io.stepfree.gateway.findings.ScanChanges.MissingFinding;
import io.stepfree.gateway.findings.ScanChanges.Previous;
import io.stepfree.gateway.findings.ScanChanges.SecondLook;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Reads what report-builder has found out about a scan and the one before it. Read-only,
 * thread-safe; throws JdbiException when the database does not answer.
 */
final class ChangeProjection {

    private static final String COMPARISON =
            """
            SELECT c.scan_id, c.completed_at, c.engine, c.whole, c.incomparable, c.previous_scan_id, c.found, c.new,
                   c.newly_observed, c.persisting, c.fixed, c.not_observed, c.engine_changed,
                   p.completed_at AS previous_completed_at, p.engine AS previous_engine,
                   s.relook_of AS previous_second_look_of
              FROM reports.comparison_view c
              LEFT JOIN reports.comparison_view p ON p.scan_id = c.previous_scan_id AND p.client = c.client
              LEFT JOIN reports.scan_status_view s ON s.scan_id = c.previous_scan_id AND s.client = c.client
             WHERE c.scan_id = :scanId AND c.client = :client
            """;

    private static final String PRESENT =
            """
            SELECT %1$s
              FROM (SELECT %1$s, place, row_number() OVER (PARTITION BY state ORDER BY place DESC) AS number
                      FROM reports.finding_view
                     WHERE scan_id = :scanId AND completed_at = :completedAt AND client = :client
                       AND state IS NOT NULL) AS found
             WHERE number <= :limit
             ORDER BY place DESC
            """
                    .formatted(ShownFinding.COLUMNS);

    private static final String MISSING =
            """
            SELECT m.fingerprint, m.state, m.rule, m.impact, m.kind, m.seen_scan_id, m.seen_completed_at, m.seen_engine,
                   f.target, f.html
              FROM (SELECT *, row_number() OVER (PARTITION BY state
                                                     ORDER BY seen_completed_at DESC, seen_place DESC) AS number
                      FROM reports.missing_finding_view
                     WHERE scan_id = :scanId AND completed_at = :completedAt AND client = :client) AS m
              LEFT JOIN reports.finding_view f
                     ON f.scan_id = m.seen_scan_id AND f.place = m.seen_place
                    AND f.completed_at = m.seen_completed_at AND f.client = m.client
             WHERE m.number <= :limit
             ORDER BY m.seen_completed_at DESC, m.seen_place DESC
            """;

    private static final String STATUS =
            "SELECT status FROM reports.scan_status_view WHERE scan_id = :scanId AND client = :client";

    /* Only where there is a decision: of each finding what a decision can be about. */
    private static final String ALL =
            """
            SELECT %s, coalesce(state, 'none') AS state
              FROM reports.finding_view
             WHERE scan_id = :scanId AND completed_at = :completedAt AND client = :client
            """
                    .formatted(DecidedFinding.COLUMNS);

    private static final SecondLooks SECOND_LOOKS = new SecondLooks();

    private final ClientDatabase clients;
    private final DecisionBook decisions;

    ChangeProjection(Jdbi jdbi, DecisionBook decisions) {
        this.clients = new ClientDatabase(jdbi);
        this.decisions = decisions;
    }

    private record Comparison(
            String scanId,
            Instant completedAt,
            String engine,
            boolean whole,
            @Nullable String incomparable,
            @Nullable Previous previous,
            Counts counts) {

        static Comparison of(ResultSet row) throws SQLException {
            String previous = row.getString("previous_scan_id");
            return new Comparison(
                    row.getString("scan_id"),
                    row.getObject("completed_at", OffsetDateTime.class).toInstant(),
                    row.getString("engine"),
                    row.getBoolean("whole"),
                    row.getString("incomparable"),
                    previous == null
                            ? null
                            : new Previous(
                                    previous,
                                    instant(row, "previous_completed_at"),
                                    row.getString("previous_engine"),
                                    row.getString("previous_second_look_of")),
                    new Counts(
                            row.getInt("found"),
                            row.getInt("new"),
                            row.getInt("newly_observed"),
                            row.getInt("persisting"),
                            row.getInt("fixed"),
                            row.getInt("not_observed"),
                            row.getInt("engine_changed")));
        }

        String compared() {
            if (previous != null) {
                return "with_previous";
            }
            return incomparable == null ? "first" : incomparable;
        }
    }

    /**
     * What changed with a scan of this client; empty when it has no report, or one from before
     * there was a history.
     *
     * @param limit how many findings of each state at most
     */
    Optional<ScanChanges> find(String client, String scanId, int limit) {
        Decisions decided = decisions.counting(client);
        // Compared while no connection is held: many findings and many decisions take a while.
        return clients.read(
                        client,
                        handle ->
                                handle.createQuery(COMPARISON)
                                        .bind("scanId", scanId)
                                        .bind("client", client)
                                        .map((row, _) -> Comparison.of(row))
                                        .findOne()
                                        .map(comparison ->
                                                Stored.of(
                                                        handle,
                                                        client,
                                                        comparison,
                                                        limit,
                                                        !decided.isEmpty())))
                .map(stored -> changes(stored, decided));
    }

    /**
     * What became of each finding that was new in a scan of this client, by fingerprint: confirmed,
     * flickering or unknown. Empty as long as nobody has looked again.
     */
    Map<String, String> lookedAtAgain(String client, ScanChanges told) {
        SecondLook secondLook = told.secondLook();
        if (secondLook == null || !secondLook.state().equals(SecondLook.SEEN)) {
            return Map.of();
        }
        return clients.read(
                client,
                handle ->
                        SECOND_LOOKS.outcomes(
                                handle,
                                new SecondLooks.First(client, told.scan(), told.completedAt()),
                                secondLook));
    }

    /** How that scan of this client stands; empty when there is none. */
    Optional<String> status(String client, String scanId) {
        return clients.read(
                client,
                handle ->
                        handle.createQuery(STATUS)
                                .bind("scanId", scanId)
                                .bind("client", client)
                                .mapTo(String.class)
                                .findOne());
    }

    /**
     * What is stored of a scan, not held against decisions yet.
     *
     * @param present up to so many of each state, the gravest first
     * @param missing up to so many of each state, the last seen first
     * @param all every finding that a decision may be about; none where nothing was decided
     * @param secondLook what became of what is new
     */
    private record Stored(
            Comparison comparison,
            List<ShownFinding> present,
            List<InState<MissingFinding>> missing,
            List<InState<DecidedFinding>> all,
            @Nullable SecondLook secondLook) {

        static Stored of(
                Handle handle, String client, Comparison comparison, int limit, boolean withAll) {
            boolean compared = comparison.previous() != null;
            return new Stored(
                    comparison,
                    compared
                            ? query(handle, PRESENT, client, comparison, limit)
                                    .map((row, _) -> ShownFinding.of(row))
                                    .list()
                            : List.of(),
                    compared
                            ? query(handle, MISSING, client, comparison, limit)
                                    .map((row, _) -> InState.of(row, missingFinding(row)))
                                    .list()
                            : List.of(),
                    withAll
                            ? query(handle, ALL, client, comparison)
                                    .map((row, _) -> InState.of(row, DecidedFinding.of(row)))
                                    .list()
                            : List.of(),
                    comparison.counts().newOnes() == 0
                            ? null
                            : SECOND_LOOKS
                                    .find(
                                            handle,
                                            new SecondLooks.First(
                                                    client,
                                                    comparison.scanId(),
                                                    comparison.completedAt()),
                                            limit)
                                    .orElse(null));
        }
    }

    private record InState<T>(String state, T one) {

        static <T> InState<T> of(ResultSet row, T one) throws SQLException {
            return new InState<>(row.getString("state"), one);
        }
    }

    private static ScanChanges changes(Stored stored, Decisions decided) {
        var present = new HashMap<String, List<ShownFinding>>();
        stored.present()
                .forEach(found -> add(present, String.valueOf(found.state()), decided.told(found)));
        var missing = new HashMap<String, List<MissingFinding>>();
        stored.missing().forEach(gone -> add(missing, gone.state(), gone.one()));
        var states = DecidedStates.of(stored.all(), decided);
        Comparison comparison = stored.comparison();
        return new ScanChanges(
                comparison.scanId(),
                comparison.completedAt(),
                comparison.engine(),
                comparison.whole(),
                comparison.compared(),
                comparison.previous(),
                comparison.counts(),
                DecidedStates.counts(states.accepted()),
                DecidedStates.counts(states.assigned()),
                stored.secondLook(),
                new ByState(
                        present.getOrDefault("new", List.of()),
                        present.getOrDefault("newly_observed", List.of()),
                        present.getOrDefault("persisting", List.of()),
                        missing.getOrDefault("fixed", List.of()),
                        missing.getOrDefault("not_observed", List.of()),
                        new EngineChanged(
                                present.getOrDefault("engine_changed", List.of()),
                                missing.getOrDefault("engine_changed", List.of()))));
    }

    /** The states of the findings that something was decided of, each with how many there are. */
    private record DecidedStates(Map<String, Integer> accepted, Map<String, Integer> assigned) {

        static DecidedStates of(List<InState<DecidedFinding>> all, Decisions decided) {
            var states = new DecidedStates(new HashMap<>(), new HashMap<>());
            for (InState<DecidedFinding> found : all) {
                decided.of(found.one()).ifPresent(one -> states.add(one, found.state()));
            }
            return states;
        }

        private void add(Decision decision, String state) {
            (decision.decision().equals(Decision.ASSIGNED) ? assigned : accepted)
                    .merge(state, 1, Integer::sum);
        }

        static Decided counts(Map<String, Integer> states) {
            return new Decided(
                    states.values().stream().mapToInt(Integer::intValue).sum(),
                    states.getOrDefault("new", 0),
                    states.getOrDefault("newly_observed", 0),
                    states.getOrDefault("persisting", 0),
                    states.getOrDefault("engine_changed", 0));
        }
    }

    private static Query query(
            Handle handle, String sql, String client, Comparison comparison, int limit) {
        return query(handle, sql, client, comparison).bind("limit", limit);
    }

    private static Query query(Handle handle, String sql, String client, Comparison comparison) {
        return handle.createQuery(sql)
                .bind("scanId", comparison.scanId())
                .bind("completedAt", comparison.completedAt())
                .bind("client", client);
    }

    private static <T> void add(Map<String, List<T>> groups, String state, T one) {
        groups.computeIfAbsent(state, _ -> new ArrayList<>()).add(one);
    }

    private static MissingFinding missingFinding(ResultSet row) throws SQLException {
        Array target = row.getArray("target");
        return new MissingFinding(
                row.getString("fingerprint"),
                row.getString("rule"),
                row.getString("impact"),
                row.getString("kind"),
                row.getString("seen_scan_id"),
                row.getObject("seen_completed_at", OffsetDateTime.class).toInstant(),
                row.getString("seen_engine"),
                target == null ? null : List.of((String[]) target.getArray()),
                row.getString("html"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime moment = row.getObject(column, OffsetDateTime.class);
        return moment == null ? null : moment.toInstant();
    }
}
