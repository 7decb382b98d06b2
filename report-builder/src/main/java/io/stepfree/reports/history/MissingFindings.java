package io.stepfree.reports.history;

import static io.stepfree.reports.columns.BoundColumns.numbers;
import static io.stepfree.reports.columns.BoundColumns.texts;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * The table {@code missing_finding}: what was known of a page and a look did not find, be it mended
 * or not observed. Works in the caller's transaction; stateless.
 */
final class MissingFindings {

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

    private static final String INSERT =
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

    private static final String DELETE =
            "DELETE FROM reports.missing_finding WHERE scan_id = :scanId AND completed_at = :completedAt";

    private MissingFindings() {}

    /** What looks did not observe although it was known, by scan; the last seen first. */
    static Map<String, Set<Known>> carried(Handle handle, Collection<Look> looks) {
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

    static void insert(Handle handle, Collection<Compared> compared) {
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
        var insert = handle.createUpdate(INSERT);
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

    /** Takes those of a look away that is compared anew. */
    static void delete(Handle handle, Look look) {
        handle.createUpdate(DELETE)
                .bind("scanId", look.scanId())
                .bind("completedAt", look.completedAt())
                .execute();
    }
}
