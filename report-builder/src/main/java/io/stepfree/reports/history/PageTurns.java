package io.stepfree.reports.history;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** Lets scans of one page wait for each other, in whichever process they are written. Stateless. */
final class PageTurns {

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

    private PageTurns() {}

    /**
     * Waits until nobody else writes these pages; whoever comes later waits for this transaction.
     */
    static void take(Handle handle, List<PublishedScan> scans) {
        var pages =
                scans.stream().filter(scan -> scan.pageKey() != null).map(PageTurns::page).toList();
        if (!pages.isEmpty()) {
            handle.createQuery(IN_TURN)
                    .bindArray("pages", String.class, pages)
                    .mapTo(Long.class)
                    .one();
        }
    }

    /** Names the page that a scan is of. */
    static String page(PublishedScan scan) {
        return scan.client() + ' ' + scan.pageKey();
    }
}
