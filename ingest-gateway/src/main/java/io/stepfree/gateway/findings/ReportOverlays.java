package io.stepfree.gateway.findings;

import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.reporting.pages.Changes;
import io.stepfree.reporting.pages.Decided;
import io.stepfree.reporting.pages.Overlay;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells what is laid over reports when they are shown: how their pages stand against the scans
 * before, what a second look at one saw again, and what their client has decided of their findings.
 * Read-only, thread-safe; throws JdbiException when the database does not answer.
 */
public final class ReportOverlays {

    /** So many findings that are gone a report lists of each state. */
    private static final int LISTED = 20;

    /* Places count down to 0, so the gravest, which a report has first, has the highest. */
    private static final String MARKS =
            """
            SELECT f.scan_id, c.found - 1 - f.place AS number,
                   f.fingerprint, f.rule, f.criteria, f.host, f.url, f.target, f.state
              FROM reports.comparison_view c
              JOIN reports.finding_view f ON f.scan_id = c.scan_id AND f.completed_at = c.completed_at
                                         AND f.client = c.client
             WHERE c.scan_id = ANY(:scanIds) AND c.client = :client
            """;

    private static final String COUNTS =
            """
            SELECT scan_id, whole, incomparable, previous_scan_id, new, newly_observed, persisting, fixed, not_observed,
                   engine_changed
              FROM reports.comparison_view
             WHERE scan_id = ANY(:scanIds) AND client = :client
            """;

    private final ClientDatabase clients;
    private final ChangeProjection changes;
    private final DecisionBook decisions;

    ReportOverlays(Jdbi jdbi, ChangeProjection changes, DecisionBook decisions) {
        this.clients = new ClientDatabase(jdbi);
        this.changes = changes;
        this.decisions = decisions;
    }

    /** A finding of a report, as it is stored: not held against decisions yet. */
    private record Stored(
            String scanId, int number, @Nullable String state, DecidedFinding finding) {

        static Stored of(ResultSet row) throws SQLException {
            return new Stored(
                    row.getString("scan_id"),
                    row.getInt("number"),
                    row.getString("state"),
                    DecidedFinding.of(row));
        }

        /** Empty where there is nothing to tell of it. */
        Optional<Overlay.Mark> mark(Decisions decided, Map<String, String> lookedAtAgain) {
            Decision decision = decided.of(finding).orElse(null);
            return state == null && decision == null
                    ? Optional.empty()
                    : Optional.of(
                            new Overlay.Mark(
                                    state,
                                    again(lookedAtAgain),
                                    decision == null ? null : told(decision)));
        }

        private @Nullable String again(Map<String, String> lookedAtAgain) {
            return finding.fingerprint() == null || !"new".equals(state)
                    ? null
                    : lookedAtAgain.get(finding.fingerprint());
        }

        private static Decided told(Decision decision) {
            return new Decided(
                    decision.id(),
                    decision.decision(),
                    decision.assignee(),
                    decision.reason(),
                    decision.until());
        }
    }

    /**
     * What is laid over the report of a scan of this client, its findings that are gone as well.
     */
    public Overlay ofScan(String client, String scanId) {
        Decisions decided = decisions.counting(client);
        Optional<ScanChanges> told = changes.find(client, scanId, LISTED);
        Map<String, String> lookedAtAgain =
                told.map(found -> changes.lookedAtAgain(client, found)).orElse(Map.of());
        return new Overlay(
                told.map(ReportOverlays::changes).orElse(Changes.UNKNOWN),
                marks(client, List.of(scanId), decided, lookedAtAgain)
                        .getOrDefault(scanId, Map.of()));
    }

    /** What is laid over the report of a batch of this client. */
    public OfBatch ofBatch(String client) {
        return new OfBatch(client, decisions.counting(client));
    }

    /**
     * What is laid over the pages of a batch: numbers, and decisions of the moment when it was
     * made. Thread-safe.
     */
    public final class OfBatch {

        private final String client;
        private final Decisions decided;

        private OfBatch(String client, Decisions decided) {
            this.client = client;
            this.decided = decided;
        }

        /** Another text as soon as something else was decided. */
        public String source() {
            return decided.source();
        }

        /** What is laid over some of the pages, by the ids of their scans. */
        public Map<String, Overlay> of(List<String> scanIds) {
            Map<String, Changes> told = counts(client, scanIds);
            Map<String, Map<Integer, Overlay.Mark>> marks =
                    decided.isEmpty() ? Map.of() : marks(client, scanIds, decided, Map.of());
            var overlays = new HashMap<String, Overlay>();
            for (String scanId : scanIds) {
                overlays.put(
                        scanId,
                        new Overlay(
                                told.getOrDefault(scanId, Changes.UNKNOWN),
                                marks.getOrDefault(scanId, Map.of())));
            }
            return overlays;
        }
    }

    private Map<String, Changes> counts(String client, List<String> scanIds) {
        var counts = new HashMap<String, Changes>();
        clients.read(
                        client,
                        handle ->
                                handle.createQuery(COUNTS)
                                        .bindArray("scanIds", String.class, scanIds)
                                        .bind("client", client)
                                        .map((row, _) ->
                                                Map.entry(row.getString("scan_id"), changes(row)))
                                        .list())
                .forEach(told -> counts.put(told.getKey(), told.getValue()));
        return counts;
    }

    private Map<String, Map<Integer, Overlay.Mark>> marks(
            String client,
            List<String> scanIds,
            Decisions decided,
            Map<String, String> lookedAtAgain) {
        List<Stored> stored =
                clients.read(
                        client,
                        handle ->
                                handle.createQuery(MARKS)
                                        .bindArray("scanIds", String.class, scanIds)
                                        .bind("client", client)
                                        .map((row, _) -> Stored.of(row))
                                        .list());
        // Compared while no connection is held: many findings and many decisions take a while.
        var marks = new HashMap<String, Map<Integer, Overlay.Mark>>();
        for (Stored one : stored) {
            one.mark(decided, lookedAtAgain)
                    .ifPresent(mark ->
                            marks.computeIfAbsent(one.scanId(), _ -> new HashMap<>())
                                    .put(one.number(), mark));
        }
        return marks;
    }

    private static Changes changes(ResultSet row) throws SQLException {
        String previous = row.getString("previous_scan_id");
        String incomparable = row.getString("incomparable");
        return new Changes(
                previous == null
                        ? Objects.requireNonNullElse(incomparable, "first")
                        : "with_previous",
                row.getBoolean("whole"),
                previous == null ? null : new Changes.Earlier(previous, null, null),
                new Changes.Counts(
                        row.getInt("new"),
                        row.getInt("newly_observed"),
                        row.getInt("persisting"),
                        row.getInt("fixed"),
                        row.getInt("not_observed"),
                        row.getInt("engine_changed")),
                null,
                List.of(),
                List.of(),
                List.of());
    }

    private static Changes changes(ScanChanges told) {
        ScanChanges.Counts counts = told.counts();
        return new Changes(
                told.compared(),
                told.whole(),
                earlier(told.previous()),
                new Changes.Counts(
                        counts.newOnes(),
                        counts.newlyObserved(),
                        counts.persisting(),
                        counts.fixed(),
                        counts.notObserved(),
                        counts.engineChanged()),
                secondLook(told.secondLook()),
                missing(told.findings().fixed()),
                missing(told.findings().notObserved()),
                missing(told.findings().engineChanged().disappeared()));
    }

    private static Changes.@Nullable Earlier earlier(ScanChanges.@Nullable Previous previous) {
        return previous == null
                ? null
                : new Changes.Earlier(previous.scan(), previous.completedAt(), previous.engine());
    }

    private static Changes.@Nullable SecondLook secondLook(ScanChanges.@Nullable SecondLook look) {
        return look == null
                ? null
                : new Changes.SecondLook(
                        look.state(), look.scan(), look.reason(), failure(look.failure()));
    }

    private static Changes.@Nullable Failure failure(@Nullable String json) {
        if (json == null) {
            return null;
        }
        JsonNode failure = JsonMapper.shared().readTree(json);
        return new Changes.Failure(
                failure.path("type").asString("unknown"), failure.path("message").asString(""));
    }

    private static List<Changes.Missing> missing(List<ScanChanges.MissingFinding> gone) {
        return gone.stream()
                .map(one ->
                        new Changes.Missing(
                                one.rule(),
                                one.impact(),
                                one.kind(),
                                Objects.requireNonNullElse(one.target(), List.of()),
                                Objects.requireNonNullElse(one.html(), ""),
                                one.lastSeen(),
                                one.lastSeenAt()))
                .toList();
    }
}
