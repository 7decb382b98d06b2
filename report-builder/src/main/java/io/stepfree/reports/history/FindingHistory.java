package io.stepfree.reports.history;

import io.stepfree.reports.history.PageChanges.Missing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a scan found, and how that stands against the last look at the same page.
 *
 * <p>Every method works inside the caller's transaction, which also writes the report's row: that
 * decides whether anything is written, once. Scans of one page wait for each other. What is stored
 * depends on which scans there are and not on the order in which they came: a scan that comes late
 * is compared with the one before it, and the ones after it are compared anew. Stateless and
 * thread-safe.
 */
public final class FindingHistory {

    /* Until the transaction ends, so that no session has to be kept. */
    private static final String IN_TURN =
            "SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended(:page, 0))) AS turn";

    private static final String LOOKS =
            """
            SELECT scan_id, completed_at, engine, final_page, whole, cut_rules
              FROM reports.comparison
             WHERE client = :client AND page_key = :pageKey\
            """;

    /* Held, so that an erasure does not take its findings between this and reading them. */
    private static final String BEFORE =
            LOOKS
                    + """
                     AND (completed_at, scan_id) < (:completedAt, :scanId)
                     ORDER BY completed_at DESC, scan_id DESC
                     LIMIT 1
                       FOR SHARE
                    """;

    private static final String AFTER =
            LOOKS
                    + """
                     AND (completed_at, scan_id) > (:completedAt, :scanId)
                     ORDER BY completed_at, scan_id
                     LIMIT 1
                    """;

    private static final String FOUND =
            """
            SELECT place, fingerprint, rule, kind, impact
              FROM reports.finding
             WHERE scan_id = :scanId AND completed_at = :completedAt AND fingerprint IS NOT NULL
             ORDER BY place DESC
            """;

    private static final String CARRIED =
            """
            SELECT fingerprint, rule, kind, impact, seen_scan_id, seen_place, seen_completed_at, seen_engine, seen_page
              FROM reports.missing_finding
             WHERE scan_id = :scanId AND completed_at = :completedAt AND state = 'not_observed'
             ORDER BY seen_completed_at DESC, fingerprint COLLATE "C"
             LIMIT :limit
            """;

    private static final String INSERT_COMPARISON =
            """
            INSERT INTO reports.comparison (scan_id, client, submitted_at, completed_at, page_key, engine, final_page,
                   whole, cut_rules, incomparable, template, found)
            VALUES (:scanId, :client, :submittedAt, :completedAt, :pageKey, :engine, :finalPage,
                    :whole, CAST(:cutRules AS text[]), :incomparable, :template, :found)
            ON CONFLICT (scan_id) DO NOTHING
            """;

    private static final String INSERT_FINDINGS =
            """
            INSERT INTO reports.finding (scan_id, completed_at, submitted_at, client, host, url, page_key, template,
                   place, rule, criteria, impact, kind, fingerprint, target, html, state)
            SELECT :scanId, :completedAt, :submittedAt, :client, :host, :url, :pageKey, :template,
                   place, rule, CAST(criteria AS text[]), impact, kind, fingerprint, CAST(target AS text[]), html, state
              FROM unnest(CAST(:places AS integer[]), CAST(:rules AS text[]), CAST(:criteria AS text[]),
                          CAST(:impacts AS text[]), CAST(:kinds AS text[]), CAST(:fingerprints AS text[]),
                          CAST(:targets AS text[]), CAST(:htmls AS text[]), CAST(:states AS text[]))
                AS found (place, rule, criteria, impact, kind, fingerprint, target, html, state)
            """;

    private static final String INSERT_MISSING =
            """
            INSERT INTO reports.missing_finding (scan_id, completed_at, client, fingerprint, state, rule, kind, impact,
                   seen_scan_id, seen_place, seen_completed_at, seen_engine, seen_page)
            SELECT :scanId, :completedAt, :client, missing.*
              FROM unnest(CAST(:fingerprints AS text[]), CAST(:states AS text[]), CAST(:rules AS text[]),
                          CAST(:kinds AS text[]), CAST(:impacts AS text[]), CAST(:seenScanIds AS text[]),
                          CAST(:seenPlaces AS integer[]), CAST(:seenMoments AS timestamptz[]),
                          CAST(:seenEngines AS text[]), CAST(:seenPages AS text[])) AS missing
            """;

    private static final String DELETE_MISSING =
            "DELETE FROM reports.missing_finding WHERE scan_id = :scanId AND completed_at = :completedAt";

    private static final String UPDATE_STATES =
            """
            UPDATE reports.finding
               SET state = anew.state
              FROM unnest(CAST(:places AS integer[]), CAST(:states AS text[])) AS anew (place, state)
             WHERE finding.scan_id = :scanId AND finding.completed_at = :completedAt AND finding.place = anew.place
               AND finding.state IS DISTINCT FROM anew.state
            """;

    private static final String TELL =
            """
            UPDATE reports.comparison
               SET previous_scan_id = :previous, new = :new, newly_observed = :newlyObserved,
                   persisting = :persisting, fixed = :fixed, not_observed = :notObserved,
                   engine_changed = :engineChanged
             WHERE scan_id = :scanId
            """;

    /** How many later scans of a page are compared anew because of one that came late. */
    private static final int MOST_ANEW = 100;

    private record Row(
            String scanId,
            Instant completedAt,
            String engine,
            String finalPage,
            boolean whole,
            Set<String> cutRules) {

        Look look(List<Look.Named> findings) {
            return new Look(scanId, completedAt, engine, finalPage, whole, cutRules, findings);
        }
    }

    /** Writes all of a scan, unless it was written before. */
    public void add(Handle handle, PublishedScan scan) {
        String pageKey = scan.pageKey();
        if (pageKey != null) {
            handle.createQuery(IN_TURN)
                    .bind("page", scan.client() + ' ' + pageKey)
                    .mapTo(Integer.class)
                    .one();
        }
        if (insertComparison(handle, scan) == 0) {
            return;
        }
        if (pageKey == null) {
            insertFindings(handle, scan, Map.of());
            return;
        }
        var page = new Page(handle, scan.client(), pageKey);
        Look look = scan.look();
        Optional<Look> before = page.before(look);
        PageChanges changes =
                before.map(earlier -> PageChanges.between(earlier, page.carried(earlier), look))
                        .orElseGet(PageChanges::none);
        insertFindings(handle, scan, changes.present());
        if (before.isPresent()) {
            page.tell(look, before.get(), changes);
        }
        page.compareLaterOnes(look, changes.carried());
    }

    private static int insertComparison(Handle handle, PublishedScan scan) {
        return handle.createUpdate(INSERT_COMPARISON)
                .bind("scanId", scan.scanId())
                .bind("client", scan.client())
                .bind("submittedAt", scan.submittedAt())
                .bind("completedAt", scan.completedAt())
                .bind("pageKey", scan.pageKey())
                .bind("engine", scan.engine())
                .bind("finalPage", scan.finalPage())
                .bind("whole", scan.whole())
                .bindArray("cutRules", String.class, scan.cutRules())
                .bind("incomparable", scan.incomparable())
                .bind("template", scan.template())
                .bind("found", scan.occurrences().size())
                .execute();
    }

    private static void insertFindings(
            Handle handle, PublishedScan scan, Map<Integer, FindingState> states) {
        List<PublishedScan.Occurrence> all = scan.occurrences();
        if (all.isEmpty()) {
            return;
        }
        var insert =
                handle.createUpdate(INSERT_FINDINGS)
                        .bind("scanId", scan.scanId())
                        .bind("completedAt", scan.completedAt())
                        .bind("submittedAt", scan.submittedAt())
                        .bind("client", scan.client())
                        .bind("host", scan.host())
                        .bind("url", scan.url())
                        .bind("pageKey", scan.pageKey())
                        .bind("template", scan.template());
        numbers(insert, "places", all, PublishedScan.Occurrence::place);
        texts(insert, "rules", all, PublishedScan.Occurrence::rule);
        texts(insert, "criteria", all, one -> ArrayText.of(one.criteria()));
        texts(insert, "impacts", all, PublishedScan.Occurrence::impact);
        texts(insert, "kinds", all, PublishedScan.Occurrence::kind);
        texts(insert, "fingerprints", all, PublishedScan.Occurrence::fingerprint);
        texts(insert, "targets", all, one -> ArrayText.of(one.target()));
        texts(insert, "htmls", all, PublishedScan.Occurrence::html);
        texts(insert, "states", all, one -> word(states.get(one.place())));
        insert.execute();
    }

    private static @Nullable String word(@Nullable FindingState state) {
        return state == null ? null : state.word();
    }

    private static <T> void texts(
            SqlStatement<?> statement,
            String name,
            Collection<T> all,
            Function<T, @Nullable String> text) {
        var texts = new ArrayList<@Nullable String>();
        all.forEach(one -> texts.add(text.apply(one)));
        statement.bindArray(name, String.class, texts);
    }

    private static <T> void numbers(
            SqlStatement<?> statement,
            String name,
            Collection<T> all,
            Function<T, Integer> number) {
        statement.bindArray(name, Integer.class, all.stream().map(number).toList());
    }

    /** The looks at one page that are stored, within one transaction. */
    private record Page(Handle handle, String client, String pageKey) {

        Optional<Look> before(Look look) {
            return neighbour(BEFORE, look);
        }

        Set<Known> carried(Look look) {
            return new LinkedHashSet<>(
                    handle.createQuery(CARRIED)
                            .bind("scanId", look.scanId())
                            .bind("completedAt", look.completedAt())
                            .bind("limit", PageChanges.MOST_CARRIED)
                            .map((row, _) ->
                                    new Known(
                                            row.getString("fingerprint"),
                                            row.getString("rule"),
                                            row.getString("kind"),
                                            row.getString("impact"),
                                            row.getString("seen_scan_id"),
                                            row.getInt("seen_place"),
                                            row.getTimestamp("seen_completed_at").toInstant(),
                                            row.getString("seen_engine"),
                                            row.getString("seen_page")))
                            .list());
        }

        /**
         * Compares the scan after this one anew, and goes on for as long as that changes what is
         * known there, but not for ever: one that comes a year late must not hold up the others.
         */
        void compareLaterOnes(Look look, Set<Known> carried) {
            Look before = look;
            Set<Known> known = carried;
            Optional<Look> next = neighbour(AFTER, before);
            for (int anew = 0; next.isPresent() && anew < MOST_ANEW; anew++) {
                Look now = next.get();
                Set<Known> was = carried(now);
                PageChanges changes = PageChanges.between(before, known, now);
                updateStates(now, changes);
                forget(now);
                tell(now, before, changes);
                known = changes.carried();
                before = now;
                next = known.equals(was) ? Optional.empty() : neighbour(AFTER, now);
            }
        }

        private void updateStates(Look look, PageChanges changes) {
            var update =
                    handle.createUpdate(UPDATE_STATES)
                            .bind("scanId", look.scanId())
                            .bind("completedAt", look.completedAt());
            numbers(update, "places", changes.present().entrySet(), Map.Entry::getKey);
            texts(update, "states", changes.present().entrySet(), one -> one.getValue().word());
            update.execute();
        }

        private void forget(Look look) {
            handle.createUpdate(DELETE_MISSING)
                    .bind("scanId", look.scanId())
                    .bind("completedAt", look.completedAt())
                    .execute();
        }

        /** Stores what came of a comparison. */
        void tell(Look look, Look before, PageChanges changes) {
            insertMissing(look, changes.missing());
            handle.createUpdate(TELL)
                    .bind("scanId", look.scanId())
                    .bind("previous", before.scanId())
                    .bind("new", changes.count(FindingState.NEW))
                    .bind("newlyObserved", changes.count(FindingState.NEWLY_OBSERVED))
                    .bind("persisting", changes.count(FindingState.PERSISTING))
                    .bind("fixed", changes.count(FindingState.FIXED))
                    .bind("notObserved", changes.count(FindingState.NOT_OBSERVED))
                    .bind("engineChanged", changes.count(FindingState.ENGINE_CHANGED))
                    .execute();
        }

        private void insertMissing(Look look, List<Missing> missing) {
            if (missing.isEmpty()) {
                return;
            }
            var insert =
                    handle.createUpdate(INSERT_MISSING)
                            .bind("scanId", look.scanId())
                            .bind("completedAt", look.completedAt())
                            .bind("client", client);
            texts(insert, "fingerprints", missing, one -> one.known().fingerprint());
            texts(insert, "states", missing, one -> one.state().word());
            texts(insert, "rules", missing, one -> one.known().rule());
            texts(insert, "kinds", missing, one -> one.known().kind());
            texts(insert, "impacts", missing, one -> one.known().impact());
            texts(insert, "seenScanIds", missing, one -> one.known().seenScanId());
            numbers(insert, "seenPlaces", missing, one -> one.known().seenPlace());
            texts(insert, "seenMoments", missing, one -> one.known().seenAt().toString());
            texts(insert, "seenEngines", missing, one -> one.known().seenEngine());
            texts(insert, "seenPages", missing, one -> one.known().seenPage());
            insert.execute();
        }

        private Optional<Look> neighbour(String sql, Look look) {
            return handle.createQuery(sql)
                    .bind("client", client)
                    .bind("pageKey", pageKey)
                    .bind("completedAt", look.completedAt())
                    .bind("scanId", look.scanId())
                    .map((row, _) ->
                            new Row(
                                    row.getString("scan_id"),
                                    row.getTimestamp("completed_at").toInstant(),
                                    row.getString("engine"),
                                    row.getString("final_page"),
                                    row.getBoolean("whole"),
                                    Set.of((String[]) row.getArray("cut_rules").getArray())))
                    .findOne()
                    .map(row -> row.look(found(row)));
        }

        private List<Look.Named> found(Row row) {
            return handle.createQuery(FOUND)
                    .bind("scanId", row.scanId())
                    .bind("completedAt", row.completedAt())
                    .map((found, _) ->
                            new Look.Named(
                                    found.getInt("place"),
                                    Objects.requireNonNull(found.getString("fingerprint")),
                                    found.getString("rule"),
                                    found.getString("kind"),
                                    found.getString("impact")))
                    .list();
        }
    }
}
