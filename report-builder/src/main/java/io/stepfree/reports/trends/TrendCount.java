package io.stepfree.reports.trends;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Counts the days, weeks and months of a site in which something has changed. Each is counted anew
 * from what is there, so that doing it twice, or after a crash, changes nothing. What stands at the
 * end of a time is counted by the last look at each page within it, the last at the whole page
 * where there is one; what came and went is added up over its days. A second look, which nobody
 * submitted, tells what stands, what came and what went, and is neither a scan nor sees again what
 * persists.
 *
 * <p>Works inside the caller's transaction, which takes the note of what has to be counted along.
 * Two that count the same site wait for each other. Stateless and thread-safe.
 */
public final class TrendCount {

    private static final String LAST_NOTE = "SELECT max(id) FROM reports.trend_due";

    private static final String OLDEST =
            """
            SELECT client, host
              FROM reports.trend_due
             WHERE id <= :last
               AND (client, host) NOT IN (SELECT * FROM unnest(CAST(:clients AS text[]), CAST(:hosts AS text[])))
             ORDER BY id
             LIMIT 1
            """;

    private static final String OLDEST_OF_CLIENT =
            """
            SELECT client, host
              FROM reports.trend_due
             WHERE client = :client
             ORDER BY id
             LIMIT 1
            """;

    /* Before anything else is read or taken, so that all that is taken is seen. */
    private static final String IN_TURN =
            "SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended('trend ' || :client || ' ' || :host, 0))) AS turn";

    private static final String TAKE =
            "DELETE FROM reports.trend_due WHERE client = :client AND host = :host RETURNING day";

    private static final String FORGET =
            """
            DELETE FROM reports.trend
             WHERE client = :client AND host = :host AND bucket = :bucket AND begins = :begins
            """;

    private static final String OF_FINDINGS =
            """
            SELECT rule, sum(new) AS new, sum(fixed) AS fixed, sum(persisting) AS persisting
              FROM (SELECT finding.rule, count(*) FILTER (WHERE state = 'new') AS new, 0 AS fixed,
                           count(*) FILTER (WHERE state = 'persisting' AND NOT second_look) AS persisting
                      FROM looks
                      JOIN reports.finding ON finding.scan_id = looks.scan_id
                                          AND finding.completed_at = looks.completed_at
                     WHERE kind = 'violation' AND finding.completed_at >= :begins AND finding.completed_at < :ends
                     GROUP BY finding.rule
                     UNION ALL
                    SELECT missing_finding.rule, 0, count(*), 0
                      FROM looks
                      JOIN reports.missing_finding ON missing_finding.scan_id = looks.scan_id
                                                  AND missing_finding.completed_at = looks.completed_at
                     WHERE kind = 'violation' AND state = 'fixed'
                       AND missing_finding.completed_at >= :begins AND missing_finding.completed_at < :ends
                     GROUP BY missing_finding.rule) AS told
             GROUP BY rule\
            """;

    /* The days are counted before the weeks and months that they are in. */
    private static final String OF_DAYS =
            """
            SELECT rule, sum(new) AS new, sum(fixed) AS fixed, sum(persisting) AS persisting
              FROM reports.trend
             WHERE client = :client AND host = :host AND bucket = 'day' AND begins >= :begins AND begins < :ends
               AND rule <> ''
             GROUP BY rule\
            """;

    private static final String COUNT =
            """
            WITH looks AS (
                SELECT scan_id, url, look, completed_at, seen, whole, score, rules, occurrences,
                       EXISTS (SELECT FROM reports.relook WHERE relook_scan_id = trend_scan.scan_id) AS second_look
                  FROM reports.trend_scan
                 WHERE client = :client AND host = :host AND completed_at >= :begins AND completed_at < :ends
            ), last AS (
                SELECT DISTINCT ON (look) url, whole, score, rules, occurrences
                  FROM looks
                 WHERE seen
                 ORDER BY look, whole DESC, completed_at DESC, scan_id DESC
            ), dead AS (
                SELECT url
                  FROM reports.scan_status
                 WHERE client = :client AND host = :host AND status = 'dead_lettered'
                   AND updated_at >= :begins AND updated_at < :ends
                   AND NOT EXISTS (SELECT FROM reports.relook WHERE relook_scan_id = scan_status.scan_id)
            ), moved AS (
                <moved>
            ), standing AS (
                SELECT rule, count(DISTINCT url) AS pages, count(*) AS issues, sum(found) AS found
                  FROM last CROSS JOIN unnest(rules, occurrences) AS violated (rule, found)
                 GROUP BY rule
            ), given AS (
                SELECT score, count(*) AS number FROM last WHERE score IS NOT NULL GROUP BY score
            )
            INSERT INTO reports.trend (client, bucket, rule, begins, host, scans, pages_seen, pages_seen_in_part,
                   pages_not_seen, issues, occurrences, new, fixed, persisting, scores, score_counts)
            SELECT :client, :bucket, '', :begins, :host, scans,
                   (SELECT count(DISTINCT url) FROM last),
                   (SELECT count(DISTINCT url) FROM last WHERE NOT whole),
                   (SELECT count(*)
                      FROM (SELECT url FROM dead UNION SELECT url FROM looks WHERE NOT second_look EXCEPT SELECT url FROM last) AS unseen),
                   (SELECT coalesce(sum(issues), 0) FROM standing),
                   (SELECT coalesce(sum(found), 0) FROM standing),
                   (SELECT coalesce(sum(new), 0) FROM moved),
                   (SELECT coalesce(sum(fixed), 0) FROM moved),
                   (SELECT coalesce(sum(persisting), 0) FROM moved),
                   (SELECT coalesce(array_agg(score ORDER BY score), '{}') FROM given),
                   (SELECT coalesce(array_agg(number ORDER BY score), '{}') FROM given)
              FROM (SELECT (SELECT count(*) FROM looks WHERE NOT second_look) + (SELECT count(*) FROM dead) AS scans,
                           EXISTS (SELECT FROM last) AS looked) AS ended
             WHERE scans > 0 OR looked
             UNION ALL
            SELECT :client, :bucket, rule, :begins, :host, 0, coalesce(pages, 0), 0, 0, coalesce(issues, 0),
                   coalesce(found, 0), coalesce(new, 0), coalesce(fixed, 0), coalesce(persisting, 0), '{}', '{}'
              FROM standing FULL JOIN moved USING (rule)
             WHERE coalesce(issues, 0) + coalesce(new, 0) + coalesce(fixed, 0) + coalesce(persisting, 0) > 0
            """;

    /** A site of a client. */
    record Site(String client, String host) {}

    /**
     * Counts one of this client's sites again, the one that has waited longest; waits for whoever
     * counts it now.
     *
     * @return whether there was one
     */
    public boolean countOneOf(Handle handle, String client) {
        Optional<Site> due = first(handle.createQuery(OLDEST_OF_CLIENT).bind("client", client));
        due.ifPresent(site -> count(handle, site));
        return due.isPresent();
    }

    /** The last note that there is; empty where nothing is due. */
    Optional<Long> lastNote(Handle handle) {
        return handle.createQuery(LAST_NOTE).mapTo(Long.class).findOne();
    }

    /** The site that has waited longest of those noted up to then, but none of these. */
    Optional<Site> oldest(Handle handle, long lastNote, Collection<Site> passedOver) {
        return first(
                handle.createQuery(OLDEST)
                        .bind("last", lastNote)
                        .bindArray(
                                "clients",
                                String.class,
                                passedOver.stream().map(Site::client).toList())
                        .bindArray(
                                "hosts",
                                String.class,
                                passedOver.stream().map(Site::host).toList()));
    }

    private static Optional<Site> first(Query sites) {
        return sites.map((row, _) -> site(row)).findOne();
    }

    private static Site site(ResultSet row) throws SQLException {
        return new Site(row.getString("client"), row.getString("host"));
    }

    /** Counts a site again; waits for whoever counts it now. */
    static void count(Handle handle, Site site) {
        bind(handle.createQuery(IN_TURN), site).mapTo(Integer.class).one();
        List<LocalDate> days = bind(handle.createQuery(TAKE), site).mapTo(LocalDate.class).list();
        for (Bucket bucket : Bucket.values()) {
            days.stream()
                    .map(bucket::first)
                    .distinct()
                    .forEach(first -> count(handle, site, bucket, first));
        }
    }

    private static void count(Handle handle, Site site, Bucket bucket, LocalDate first) {
        bind(handle.createUpdate(FORGET), site)
                .bind("bucket", bucket.word())
                .bind("begins", Bucket.begin(first))
                .execute();
        bind(handle.createUpdate(COUNT), site)
                .define("moved", bucket == Bucket.DAY ? OF_FINDINGS : OF_DAYS)
                .bind("bucket", bucket.word())
                .bind("begins", Bucket.begin(first))
                .bind("ends", Bucket.begin(bucket.next(first)))
                .execute();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Site site) {
        return statement.bind("client", site.client()).bind("host", site.host());
    }
}
