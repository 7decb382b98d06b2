package io.stepfree.reports.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    /*
     * Until the transaction ends, so that no session has to be kept; always in the same order, so that no two of them
     * wait for each other.
     */
    private static final String IN_TURN =
            """
            SELECT count(*)
              FROM (SELECT pg_advisory_xact_lock(page)
                      FROM (SELECT DISTINCT hashtextextended(page, 0) AS page
                              FROM unnest(CAST(:pages AS text[])) AS page
                             ORDER BY 1) AS pages) AS turn
            """;

    private static final String LOOKS =
            """
            SELECT scan_id, completed_at, engine, final_page, whole, cut_rules
              FROM reports.comparison
            """;

    /* Held, so that an erasure does not take its findings between this and reading them. */
    private static final String BEFORE =
            """
            SELECT now.scan_id AS of_scan, before.*
              FROM unnest(CAST(:scanIds AS text[]), CAST(:clients AS text[]), CAST(:pageKeys AS text[]),
                          CAST(:moments AS timestamptz[]))
                AS now (scan_id, client, page_key, completed_at)
             CROSS JOIN LATERAL (
            """
                    + LOOKS
                    + """
                      WHERE client = now.client AND page_key = now.page_key
                        AND (completed_at, scan_id) < (now.completed_at, now.scan_id)
                      ORDER BY completed_at DESC, scan_id DESC
                      LIMIT 1
                        FOR SHARE) AS before
                    """;

    private static final String HAVE_LATER_ONES =
            """
            SELECT scan_id
              FROM unnest(CAST(:scanIds AS text[]), CAST(:clients AS text[]), CAST(:pageKeys AS text[]),
                          CAST(:moments AS timestamptz[]))
                AS now (scan_id, client, page_key, completed_at)
             WHERE EXISTS (SELECT
                             FROM reports.comparison AS later
                            WHERE later.client = now.client AND later.page_key = now.page_key
                              AND (later.completed_at, later.scan_id) > (now.completed_at, now.scan_id))
            """;

    private static final String AFTER =
            LOOKS
                    + """
                     WHERE client = :client AND page_key = :pageKey
                       AND (completed_at, scan_id) > (:completedAt, :scanId)
                     ORDER BY completed_at, scan_id
                     LIMIT 1
                    """;

    /* Look by look: what is in which month is known, so that no other is opened. */
    private static final String FOUND =
            """
            SELECT found.*
              FROM unnest(CAST(:scanIds AS text[]), CAST(:moments AS timestamptz[])) AS look (scan_id, completed_at)
             CROSS JOIN LATERAL (
                   SELECT scan_id, place, fingerprint, rule, kind, impact
                     FROM reports.finding
                    WHERE finding.scan_id = look.scan_id AND finding.completed_at = look.completed_at
                      AND fingerprint IS NOT NULL
                    ORDER BY place DESC) AS found
            """;

    private static final String CARRIED =
            """
            SELECT carried.*
              FROM unnest(CAST(:scanIds AS text[]), CAST(:moments AS timestamptz[])) AS look (scan_id, completed_at)
             CROSS JOIN LATERAL (
                   SELECT scan_id, fingerprint, rule, kind, impact,
                          seen_scan_id, seen_place, seen_completed_at, seen_engine, seen_page
                     FROM reports.missing_finding
                    WHERE missing_finding.scan_id = look.scan_id AND missing_finding.completed_at = look.completed_at
                      AND state = 'not_observed'
                    ORDER BY seen_completed_at DESC, fingerprint COLLATE "C"
                    LIMIT :limit) AS carried
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
            SELECT scan_id, completed_at, submitted_at, client, host, url, page_key, template,
                   place, rule, CAST(criteria AS text[]), impact, kind, fingerprint, CAST(target AS text[]), html, state
              FROM unnest(CAST(:scanIds AS text[]), CAST(:moments AS timestamptz[]), CAST(:submitted AS timestamptz[]),
                          CAST(:clients AS text[]), CAST(:hosts AS text[]), CAST(:urls AS text[]),
                          CAST(:pageKeys AS text[]), CAST(:templates AS text[]))
                   WITH ORDINALITY
                AS scan (scan_id, completed_at, submitted_at, client, host, url, page_key, template, number)
              JOIN unnest(CAST(:numbers AS integer[]),
                          CAST(:places AS integer[]), CAST(:rules AS text[]), CAST(:criteria AS text[]),
                          CAST(:impacts AS text[]), CAST(:kinds AS text[]), CAST(:fingerprints AS text[]),
                          CAST(:targets AS text[]), CAST(:htmls AS text[]), CAST(:states AS text[]))
                AS found (number, place, rule, criteria, impact, kind, fingerprint, target, html, state)
             USING (number)
            """;

    private static final String INSERT_MISSING =
            """
            INSERT INTO reports.missing_finding (scan_id, completed_at, client, fingerprint, state, rule, kind, impact,
                   seen_scan_id, seen_place, seen_completed_at, seen_engine, seen_page)
            SELECT missing.*
              FROM unnest(CAST(:scanIds AS text[]), CAST(:moments AS timestamptz[]), CAST(:clients AS text[]),
                          CAST(:fingerprints AS text[]), CAST(:states AS text[]), CAST(:rules AS text[]),
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

    /** A look without what was found. */
    private record Row(
            String scanId,
            Instant completedAt,
            String engine,
            String finalPage,
            boolean whole,
            Set<String> cutRules) {

        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    row.getString("scan_id"),
                    row.getTimestamp("completed_at").toInstant(),
                    row.getString("engine"),
                    row.getString("final_page"),
                    row.getBoolean("whole"),
                    Set.of((String[]) row.getArray("cut_rules").getArray()));
        }

        Look look(List<Look.Named> findings) {
            return new Look(scanId, completedAt, engine, finalPage, whole, cutRules, findings);
        }
    }

    /** A look at a page beside the one before it; null where there is none. */
    private record Compared(String client, Look look, @Nullable Look before, PageChanges changes) {

        static Compared of(String client, Look look, @Nullable Look before, Set<Known> carried) {
            return new Compared(
                    client,
                    look,
                    before,
                    before == null
                            ? PageChanges.none()
                            : PageChanges.between(before, carried, look));
        }
    }

    /**
     * Writes all of these scans, except those that were written before. In as few statements for
     * many as for one, unless some are of the same page.
     */
    public void add(Handle handle, List<PublishedScan> scans) {
        takeTurns(handle, scans);
        List<PublishedScan> left = scans;
        while (!left.isEmpty()) {
            var pages = new HashSet<String>();
            var round = new ArrayList<PublishedScan>();
            var later = new ArrayList<PublishedScan>();
            for (PublishedScan scan : left) {
                (scan.pageKey() == null || pages.add(page(scan)) ? round : later).add(scan);
            }
            addOneOfAPage(handle, round);
            left = later;
        }
    }

    private static void takeTurns(Handle handle, List<PublishedScan> scans) {
        var pages =
                scans.stream()
                        .filter(scan -> scan.pageKey() != null)
                        .map(FindingHistory::page)
                        .toList();
        if (!pages.isEmpty()) {
            handle.createQuery(IN_TURN)
                    .bindArray("pages", String.class, pages)
                    .mapTo(Long.class)
                    .one();
        }
    }

    private static String page(PublishedScan scan) {
        return scan.client() + ' ' + scan.pageKey();
    }

    private void addOneOfAPage(Handle handle, List<PublishedScan> scans) {
        List<PublishedScan> unknown = insertComparisons(handle, scans);
        var paged = unknown.stream().filter(scan -> scan.pageKey() != null).toList();
        Map<String, Compared> compared = paged.isEmpty() ? Map.of() : compare(handle, paged);
        insertFindings(handle, unknown, compared);
        tell(handle, compared.values());
        if (!paged.isEmpty()) {
            for (PublishedScan scan : haveLaterOnes(handle, paged)) {
                compareLaterOnes(handle, scan, Objects.requireNonNull(compared.get(scan.scanId())));
            }
        }
    }

    /** Returns those that were not known. */
    private static List<PublishedScan> insertComparisons(Handle handle, List<PublishedScan> scans) {
        var insert = handle.prepareBatch(INSERT_COMPARISON);
        for (PublishedScan scan : scans) {
            insert.bind("scanId", scan.scanId())
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
                    .add();
        }
        int[] inserted = insert.execute();
        return IntStream.range(0, inserted.length)
                .filter(i -> inserted[i] > 0)
                .mapToObj(scans::get)
                .toList();
    }

    /** Each beside the look before it, by scan. */
    private static Map<String, Compared> compare(Handle handle, List<PublishedScan> scans) {
        var before = new HashMap<String, Row>();
        pages(handle.createQuery(BEFORE), scans)
                .map((row, _) -> Map.entry(row.getString("of_scan"), Row.of(row)))
                .forEach(row -> before.put(row.getKey(), row.getValue()));
        Map<String, Look> looks = looks(handle, before.values());
        Map<String, Set<Known>> carried = carried(handle, looks.values());
        var compared = new HashMap<String, Compared>();
        for (PublishedScan scan : scans) {
            Row row = before.get(scan.scanId());
            compared.put(
                    scan.scanId(),
                    Compared.of(
                            scan.client(),
                            scan.look(),
                            row == null ? null : looks.get(row.scanId()),
                            row == null ? Set.of() : carried.getOrDefault(row.scanId(), Set.of())));
        }
        return compared;
    }

    private static <S extends SqlStatement<S>> S pages(S statement, List<PublishedScan> scans) {
        texts(statement, "scanIds", scans, PublishedScan::scanId);
        texts(statement, "clients", scans, PublishedScan::client);
        texts(statement, "pageKeys", scans, PublishedScan::pageKey);
        texts(statement, "moments", scans, scan -> scan.completedAt().toString());
        return statement;
    }

    /** With what was found, by scan. */
    private static Map<String, Look> looks(Handle handle, Collection<Row> rows) {
        if (rows.isEmpty()) {
            return Map.of();
        }
        var query = handle.createQuery(FOUND);
        texts(query, "scanIds", rows, Row::scanId);
        texts(query, "moments", rows, row -> row.completedAt().toString());
        var found = new HashMap<String, List<Look.Named>>();
        query.map((row, _) ->
                        found.computeIfAbsent(row.getString("scan_id"), _ -> new ArrayList<>())
                                .add(
                                        new Look.Named(
                                                row.getInt("place"),
                                                Objects.requireNonNull(
                                                        row.getString("fingerprint")),
                                                row.getString("rule"),
                                                row.getString("kind"),
                                                row.getString("impact"))))
                .list();
        return rows.stream()
                .collect(
                        Collectors.toMap(
                                Row::scanId,
                                row -> row.look(found.getOrDefault(row.scanId(), List.of()))));
    }

    /** What the looks did not observe although it was known, by scan. */
    private static Map<String, Set<Known>> carried(Handle handle, Collection<Look> looks) {
        if (looks.isEmpty()) {
            return Map.of();
        }
        var query = handle.createQuery(CARRIED).bind("limit", PageChanges.MOST_CARRIED);
        texts(query, "scanIds", looks, Look::scanId);
        texts(query, "moments", looks, look -> look.completedAt().toString());
        var carried = new HashMap<String, Set<Known>>();
        query.map((row, _) ->
                        carried.computeIfAbsent(
                                        row.getString("scan_id"), _ -> new LinkedHashSet<>())
                                .add(
                                        new Known(
                                                row.getString("fingerprint"),
                                                row.getString("rule"),
                                                row.getString("kind"),
                                                row.getString("impact"),
                                                row.getString("seen_scan_id"),
                                                row.getInt("seen_place"),
                                                row.getTimestamp("seen_completed_at").toInstant(),
                                                row.getString("seen_engine"),
                                                row.getString("seen_page"))))
                .list();
        return carried;
    }

    /** One element of a scan, as it is written. */
    private record Found(
            int number, PublishedScan.Occurrence occurrence, @Nullable FindingState state) {

        @Nullable String word() {
            return state == null ? null : state.word();
        }
    }

    private static void insertFindings(
            Handle handle, List<PublishedScan> scans, Map<String, Compared> compared) {
        var all = new ArrayList<Found>();
        for (int number = 1; number <= scans.size(); number++) {
            PublishedScan scan = scans.get(number - 1);
            Compared beside = compared.get(scan.scanId());
            Map<Integer, FindingState> states =
                    beside == null ? Map.of() : beside.changes().present();
            for (PublishedScan.Occurrence one : scan.occurrences()) {
                all.add(new Found(number, one, states.get(one.place())));
            }
        }
        if (all.isEmpty()) {
            return;
        }
        var insert = pages(handle.createUpdate(INSERT_FINDINGS), scans);
        texts(insert, "submitted", scans, scan -> scan.submittedAt().toString());
        texts(insert, "hosts", scans, PublishedScan::host);
        texts(insert, "urls", scans, PublishedScan::url);
        texts(insert, "templates", scans, PublishedScan::template);
        numbers(insert, "numbers", all, Found::number);
        numbers(insert, "places", all, one -> one.occurrence().place());
        texts(insert, "rules", all, one -> one.occurrence().rule());
        texts(insert, "criteria", all, one -> ArrayText.of(one.occurrence().criteria()));
        texts(insert, "impacts", all, one -> one.occurrence().impact());
        texts(insert, "kinds", all, one -> one.occurrence().kind());
        texts(insert, "fingerprints", all, one -> one.occurrence().fingerprint());
        texts(insert, "targets", all, one -> ArrayText.of(one.occurrence().target()));
        texts(insert, "htmls", all, one -> one.occurrence().html());
        texts(insert, "states", all, Found::word);
        insert.execute();
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

    /** Stores what came of comparisons. */
    private static void tell(Handle handle, Collection<Compared> all) {
        var told = handle.prepareBatch(TELL);
        for (Compared one : all) {
            Look before = one.before();
            if (before != null) {
                PageChanges changes = one.changes();
                told.bind("scanId", one.look().scanId())
                        .bind("previous", before.scanId())
                        .bind("new", changes.count(FindingState.NEW))
                        .bind("newlyObserved", changes.count(FindingState.NEWLY_OBSERVED))
                        .bind("persisting", changes.count(FindingState.PERSISTING))
                        .bind("fixed", changes.count(FindingState.FIXED))
                        .bind("notObserved", changes.count(FindingState.NOT_OBSERVED))
                        .bind("engineChanged", changes.count(FindingState.ENGINE_CHANGED))
                        .add();
            }
        }
        if (told.size() > 0) {
            told.execute();
        }
        insertMissing(handle, all);
    }

    private static void insertMissing(Handle handle, Collection<Compared> compared) {
        record Gone(Compared of, Known known, FindingState state) {}
        var all =
                compared.stream()
                        .flatMap(one ->
                                one.changes().missing().stream()
                                        .map(gone -> new Gone(one, gone.known(), gone.state())))
                        .toList();
        if (all.isEmpty()) {
            return;
        }
        var insert = handle.createUpdate(INSERT_MISSING);
        texts(insert, "scanIds", all, one -> one.of().look().scanId());
        texts(insert, "moments", all, one -> one.of().look().completedAt().toString());
        texts(insert, "clients", all, one -> one.of().client());
        texts(insert, "fingerprints", all, one -> one.known().fingerprint());
        texts(insert, "states", all, one -> one.state().word());
        texts(insert, "rules", all, one -> one.known().rule());
        texts(insert, "kinds", all, one -> one.known().kind());
        texts(insert, "impacts", all, one -> one.known().impact());
        texts(insert, "seenScanIds", all, one -> one.known().seenScanId());
        numbers(insert, "seenPlaces", all, one -> one.known().seenPlace());
        texts(insert, "seenMoments", all, one -> one.known().seenAt().toString());
        texts(insert, "seenEngines", all, one -> one.known().seenEngine());
        texts(insert, "seenPages", all, one -> one.known().seenPage());
        insert.execute();
    }

    private static List<PublishedScan> haveLaterOnes(Handle handle, List<PublishedScan> scans) {
        Set<String> late =
                Set.copyOf(
                        pages(handle.createQuery(HAVE_LATER_ONES), scans)
                                .mapTo(String.class)
                                .list());
        return scans.stream().filter(scan -> late.contains(scan.scanId())).toList();
    }

    /**
     * Compares the scan after this one anew, and goes on for as long as that changes what is known
     * there, but not for ever: one that comes a year late must not hold up the others.
     */
    private static void compareLaterOnes(Handle handle, PublishedScan scan, Compared compared) {
        Look before = compared.look();
        Set<Known> known = compared.changes().carried();
        Optional<Look> next = after(handle, scan, before);
        for (int anew = 0; next.isPresent() && anew < MOST_ANEW; anew++) {
            Look now = next.get();
            Set<Known> was = carried(handle, List.of(now)).getOrDefault(now.scanId(), Set.of());
            Compared again = Compared.of(scan.client(), now, before, known);
            updateStates(handle, again);
            forget(handle, now);
            tell(handle, List.of(again));
            known = again.changes().carried();
            before = now;
            next = known.equals(was) ? Optional.empty() : after(handle, scan, now);
        }
    }

    private static Optional<Look> after(Handle handle, PublishedScan scan, Look look) {
        return handle.createQuery(AFTER)
                .bind("client", scan.client())
                .bind("pageKey", scan.pageKey())
                .bind("completedAt", look.completedAt())
                .bind("scanId", look.scanId())
                .map((row, _) -> Row.of(row))
                .findOne()
                .map(row -> Objects.requireNonNull(looks(handle, List.of(row)).get(row.scanId())));
    }

    private static void updateStates(Handle handle, Compared compared) {
        var states = compared.changes().present().entrySet();
        var update =
                handle.createUpdate(UPDATE_STATES)
                        .bind("scanId", compared.look().scanId())
                        .bind("completedAt", compared.look().completedAt());
        numbers(update, "places", states, Map.Entry::getKey);
        texts(update, "states", states, one -> one.getValue().word());
        update.execute();
    }

    private static void forget(Handle handle, Look look) {
        handle.createUpdate(DELETE_MISSING)
                .bind("scanId", look.scanId())
                .bind("completedAt", look.completedAt())
                .execute();
    }
}
