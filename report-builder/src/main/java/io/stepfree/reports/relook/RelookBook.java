package io.stepfree.reports.relook;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Which pages are looked at again, decided once for each scan and within a bound for each client
 * and hour. Thread-safe, also against other instances.
 */
final class RelookBook {

    /* Until the transaction ends, in one order: two that count one client's wait for each other. */
    private static final String IN_TURN =
            """
            SELECT count(*)
              FROM (SELECT pg_advisory_xact_lock(client)
                      FROM (SELECT DISTINCT hashtextextended('relook ' || client, 0) AS client
                              FROM unnest(CAST(:clients AS text[])) AS client
                             ORDER BY 1) AS clients) AS turn
            """;

    /*
     * Not where a part of the page was left out: what is new there may only have been unseen. Not because of a look that
     * was ordered itself. What is not there any more was erased; what is being erased is waited for, in the order in
     * which that goes.
     */
    private static final String DECIDE =
            """
            WITH held AS (
                SELECT scan_id
                  FROM reports.comparison
                 WHERE scan_id = ANY (CAST(:scanIds AS text[]))
                 ORDER BY scan_id
                   FOR KEY SHARE
            ), lately AS (
                SELECT client, count(*) AS had
                  FROM reports.relook
                 WHERE client = ANY (CAST(:clients AS text[])) AND relook_scan_id IS NOT NULL
                   AND decided_at > now() - interval '1 hour'
                 GROUP BY client
            ), asked AS (
                SELECT now.scan_id, asked.relook_scan_id, now.client,
                       row_number() OVER (PARTITION BY now.client ORDER BY now.completed_at, now.scan_id) AS number
                  FROM unnest(CAST(:scanIds AS text[]), CAST(:relookScanIds AS text[])) AS asked (scan_id, relook_scan_id)
                  JOIN held USING (scan_id)
                  JOIN reports.comparison AS now USING (scan_id)
                 WHERE now.whole AND now.previous_scan_id IS NOT NULL
                   AND NOT EXISTS (SELECT FROM reports.relook WHERE relook.scan_id = now.scan_id)
                   AND NOT EXISTS (SELECT FROM reports.relook WHERE relook.relook_scan_id = now.scan_id)
                   AND EXISTS (SELECT FROM reports.finding
                                WHERE finding.scan_id = now.scan_id AND finding.completed_at = now.completed_at
                                  AND finding.state = 'new' AND finding.kind = 'violation'
                                  AND finding.impact IN ('serious', 'critical'))
            )
            INSERT INTO reports.relook (scan_id, relook_scan_id, client)
            SELECT scan_id,
                   CASE WHEN number + coalesce(had, 0) <= :mostPerHour THEN relook_scan_id END,
                   client
              FROM asked LEFT JOIN lately USING (client)
            ON CONFLICT (scan_id) DO NOTHING
            RETURNING relook_scan_id IS NOT NULL
            """;

    private static final String ORDERED =
            """
            SELECT scan_id
              FROM reports.relook
             WHERE scan_id = ANY (CAST(:scanIds AS text[])) AND relook_scan_id IS NOT NULL
            """;

    private static final String LOOKED_AGAIN =
            """
            SELECT relook_scan_id
              FROM reports.relook
             WHERE relook_scan_id = ANY (CAST(:scanIds AS text[]))
            """;

    private final Jdbi jdbi;
    private final int mostPerHour;

    /**
     * @param mostPerHour how many looks are ordered for one client within an hour
     */
    RelookBook(Jdbi jdbi, int mostPerHour) {
        this.jdbi = jdbi;
        this.mostPerHour = mostPerHour;
    }

    /**
     * What was decided.
     *
     * @param scanIds the scans whose pages are looked at again, also those that it was decided of
     *     before
     * @param ordered how many of them it was decided of now
     * @param leftOut of how many it was decided now that they are not, because of the bound
     */
    record Decided(Set<String> scanIds, int ordered, int leftOut) {}

    /**
     * Decides of each of these scans whether its page is looked at again, unless it was decided
     * before.
     *
     * @param clients whose they are
     * @param relooks the scans, each with the id of the one that would look again
     */
    Decided decide(Set<String> clients, Map<String, String> relooks) {
        List<String> scanIds = new ArrayList<>(relooks.keySet());
        return jdbi.inTransaction(handle -> {
            takeTurns(handle, clients);
            List<Boolean> now =
                    handle.createQuery(DECIDE)
                            .bindArray("clients", String.class, clients)
                            .bindArray("scanIds", String.class, scanIds)
                            .bindArray(
                                    "relookScanIds",
                                    String.class,
                                    scanIds.stream().map(relooks::get).toList())
                            .bind("mostPerHour", mostPerHour)
                            .mapTo(Boolean.class)
                            .list();
            int ordered = (int) now.stream().filter(decided -> decided).count();
            return new Decided(ordered(handle, scanIds), ordered, now.size() - ordered);
        });
    }

    /** Of which of these scans it was decided before that their pages are looked at again. */
    Set<String> ordered(Collection<String> scanIds) {
        return jdbi.withHandle(handle -> ordered(handle, scanIds));
    }

    /** Which of these scans were ordered to look again. */
    Set<String> secondLooks(Collection<String> scanIds) {
        return jdbi.withHandle(handle -> scanIds(handle, LOOKED_AGAIN, scanIds));
    }

    private static void takeTurns(Handle handle, Collection<String> clients) {
        handle.createQuery(IN_TURN)
                .bindArray("clients", String.class, clients)
                .mapTo(Long.class)
                .one();
    }

    private static Set<String> ordered(Handle handle, Collection<String> scanIds) {
        return scanIds(handle, ORDERED, scanIds);
    }

    private static Set<String> scanIds(Handle handle, String sql, Collection<String> scanIds) {
        return handle
                .createQuery(sql)
                .bindArray("scanIds", String.class, scanIds)
                .mapTo(String.class)
                .stream()
                .collect(Collectors.toSet());
    }
}
