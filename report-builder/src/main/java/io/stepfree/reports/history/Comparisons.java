package io.stepfree.reports.history;

import static io.stepfree.reports.history.PageColumns.pages;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/**
 * The table {@code comparison}: one row for each report, with what is needed to compare its scan,
 * which scan it stands beside, and how much has changed. Works in the caller's transaction;
 * stateless.
 */
final class Comparisons {

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

    private static final String INSERT =
            """
            INSERT INTO reports.comparison (scan_id, client, submitted_at, completed_at, page_key, engine, final_page,
                   whole, cut_rules, incomparable, template, found)
            VALUES (:scanId, :client, :submittedAt, :completedAt, :pageKey, :engine, :finalPage,
                    :whole, CAST(:cutRules AS text[]), :incomparable, :template, :found)
            ON CONFLICT (scan_id) DO NOTHING
            """;

    private static final String TELL =
            """
            UPDATE reports.comparison
               SET previous_scan_id = :previous, new = :new, newly_observed = :newlyObserved,
                   persisting = :persisting, fixed = :fixed, not_observed = :notObserved,
                   engine_changed = :engineChanged
             WHERE scan_id = :scanId
            """;

    private Comparisons() {}

    /** Writes those that are not there, and returns them. */
    static List<PublishedScan> insert(Handle handle, List<PublishedScan> scans) {
        var insert = handle.prepareBatch(INSERT);
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

    /** The last look before each of these scans at its page, by scan; held until the end. */
    static Map<String, SeenPage> before(Handle handle, List<PublishedScan> scans) {
        var before = new HashMap<String, SeenPage>();
        pages(handle.createQuery(BEFORE), scans)
                .map((row, _) -> Map.entry(row.getString("of_scan"), SeenPage.of(row)))
                .forEach(row -> before.put(row.getKey(), row.getValue()));
        return before;
    }

    /** Those of these scans that are not the last of their page. */
    static List<PublishedScan> haveLaterOnes(Handle handle, List<PublishedScan> scans) {
        Set<String> late =
                Set.copyOf(
                        pages(handle.createQuery(HAVE_LATER_ONES), scans)
                                .mapTo(String.class)
                                .list());
        return scans.stream().filter(scan -> late.contains(scan.scanId())).toList();
    }

    /** The next look at the page of this scan. */
    static Optional<SeenPage> after(Handle handle, PublishedScan scan, Look look) {
        return handle.createQuery(AFTER)
                .bind("client", scan.client())
                .bind("pageKey", scan.pageKey())
                .bind("completedAt", look.completedAt())
                .bind("scanId", look.scanId())
                .map((row, _) -> SeenPage.of(row))
                .findOne();
    }

    /** Stores what came of comparisons; of a look with none before it there is nothing to store. */
    static void tell(Handle handle, Collection<Compared> all) {
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
    }
}
