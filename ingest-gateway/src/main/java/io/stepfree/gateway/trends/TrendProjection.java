package io.stepfree.gateway.trends;

import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.gateway.admission.ChosenTrend;
import io.stepfree.gateway.admission.TrendFilter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/**
 * Reads what report-builder has counted of days, weeks and months; of one page it counts the looks
 * themselves, which are few. Read-only, thread-safe; throws JdbiException when the database does
 * not answer.
 */
final class TrendProjection {

    private static final String THOSE =
            """
              FROM reports.trend_view<given>
             WHERE client = :client AND bucket = :bucket AND begins >= :from AND begins < :to AND <subject>
             GROUP BY begins<by>
            """;

    private static final String COUNTS =
            """
            SELECT begins, sum(scans) AS scans,
                   coalesce(sum(pages_seen) FILTER (WHERE rule = ''), 0) AS pages_seen,
                   coalesce(sum(pages_seen_in_part) FILTER (WHERE rule = ''), 0) AS pages_seen_in_part,
                   sum(pages_not_seen) AS pages_not_seen,
                   coalesce(sum(pages_seen) FILTER (WHERE rule = :rule), 0) AS pages_affected,
                   coalesce(sum(issues) FILTER (WHERE rule = :rule), 0) AS issues,
                   coalesce(sum(occurrences) FILTER (WHERE rule = :rule), 0) AS occurrences,
                   coalesce(sum(new) FILTER (WHERE rule = :rule), 0) AS new,
                   coalesce(sum(fixed) FILTER (WHERE rule = :rule), 0) AS fixed,
                   coalesce(sum(persisting) FILTER (WHERE rule = :rule), 0) AS persisting
            """
                    + THOSE;

    private static final String SCORES = "SELECT begins, score, sum(times) AS times" + "\n" + THOSE;

    private static final String PAGE =
            """
            WITH looks AS (
                SELECT scan_id, url, look, completed_at, seen, whole, score, rules, occurrences, second_look,
                       date_trunc(:bucket, completed_at, 'UTC') AS begins
                  FROM reports.trend_scan_view
                 WHERE client = :client AND page = md5(:url) AND url = :url
                   AND completed_at >= :from AND completed_at < :to
            ), last AS (
                SELECT DISTINCT ON (begins, look) begins, whole, score, rules, occurrences
                  FROM looks
                 WHERE seen
                 ORDER BY begins, look, whole DESC, completed_at DESC, scan_id DESC
            )
            """;

    private static final String COUNTS_OF_PAGE =
            PAGE
                    + """
                    , told AS (
                        SELECT begins, CAST(NOT second_look AS integer) AS scans, CAST(seen AS integer) AS seen, 0 AS in_part, 0 AS affected,
                               0 AS issues, 0 AS occurrences, 0 AS new, 0 AS fixed, 0 AS persisting
                          FROM looks
                         WHERE seen OR NOT second_look
                         UNION ALL
                        SELECT begins, 0, 0, CAST(NOT whole AS integer), 0, 0, 0, 0, 0, 0
                          FROM last
                         UNION ALL
                        SELECT date_trunc(:bucket, updated_at, 'UTC'), 1, 0, 0, 0, 0, 0, 0, 0, 0
                          FROM reports.scan_status_view
                         WHERE client = :client AND host = :host AND status = 'dead_lettered' AND url = :url
                           AND NOT second_look
                           AND updated_at >= :from AND updated_at < :to
                         UNION ALL
                        SELECT begins, 0, 0, 0, 1, 1, found, 0, 0, 0
                          FROM last CROSS JOIN unnest(rules, occurrences) AS violated (rule, found)
                         WHERE :rule IN ('', violated.rule)
                         UNION ALL
                        SELECT begins, 0, 0, 0, 0, 0, 0, CAST(finding.state = 'new' AS integer), 0,
                               CAST(finding.state = 'persisting' AND NOT second_look AS integer)
                          FROM looks
                          JOIN reports.finding_view AS finding
                            ON finding.scan_id = looks.scan_id AND finding.completed_at = looks.completed_at
                         WHERE finding.client = :client AND finding.kind = 'violation' AND finding.state IS NOT NULL
                           AND :rule IN ('', finding.rule)
                           AND finding.completed_at >= :from AND finding.completed_at < :to
                         UNION ALL
                        SELECT begins, 0, 0, 0, 0, 0, 0, 0, 1, 0
                          FROM looks
                          JOIN reports.missing_finding_view AS missing
                            ON missing.scan_id = looks.scan_id AND missing.completed_at = looks.completed_at
                         WHERE missing.client = :client AND missing.kind = 'violation' AND missing.state = 'fixed'
                           AND :rule IN ('', missing.rule)
                           AND missing.completed_at >= :from AND missing.completed_at < :to
                    )
                    SELECT begins, sum(scans) AS scans, max(seen) AS pages_seen, max(in_part) AS pages_seen_in_part,
                           1 - max(seen) AS pages_not_seen, max(affected) AS pages_affected, sum(issues) AS issues, sum(occurrences) AS occurrences,
                           sum(new) AS new, sum(fixed) AS fixed, sum(persisting) AS persisting
                      FROM told
                     GROUP BY begins
                    """;

    private static final String SCORES_OF_PAGE =
            PAGE
                    + """
                    SELECT begins, score, count(*) AS times FROM last WHERE score IS NOT NULL GROUP BY begins, score
                    """;

    private final ClientDatabase clients;

    TrendProjection(Jdbi jdbi) {
        this.clients = new ClientDatabase(jdbi);
    }

    /** The trend that this client asks for. */
    Trend trend(String client, TrendFilter filter) {
        return clients.read(client, handle -> trend(handle, client, filter));
    }

    private static Trend trend(Handle handle, String client, TrendFilter filter) {
        Map<Instant, ScoreCounts> scores = scores(handle, client, filter);
        var counted = new HashMap<Instant, Trend.Counts>();
        counts(handle, client, filter)
                .map((row, _) -> counts(row, filter, scores))
                .forEach(counts -> counted.put(counts.from(), counts));
        var items = new ArrayList<Trend.Counts>();
        for (LocalDate day = filter.from();
                day.isBefore(filter.to());
                day = filter.bucket().next(day)) {
            Instant from = begin(day);
            Trend.Counts counts = counted.get(from);
            items.add(counts == null ? nothing(from, end(filter, day)) : counts);
        }
        return new Trend(
                filter.by(),
                filter.host(),
                filter.url(),
                filter.rule(),
                filter.bucket().word(),
                begin(filter.from()),
                begin(filter.to()),
                items);
    }

    private static Query counts(Handle handle, String client, TrendFilter filter) {
        if (filter.url() != null) {
            return page(handle.createQuery(COUNTS_OF_PAGE), client, filter.url(), filter)
                    .bind("host", ChosenTrend.hostOf(filter.url()))
                    .bind("rule", rule(filter));
        }
        return those(handle.createQuery(COUNTS), filter, client)
                .define("given", "")
                .define("by", "")
                .bind("rule", rule(filter));
    }

    /* Of all rules together, where none is meant. */
    private static String rule(TrendFilter filter) {
        return filter.rule() == null ? "" : filter.rule();
    }

    private static Map<Instant, ScoreCounts> scores(
            Handle handle, String client, TrendFilter filter) {
        var scores = new HashMap<Instant, ScoreCounts>();
        if (filter.rule() == null) {
            Query query =
                    filter.url() != null
                            ? page(handle.createQuery(SCORES_OF_PAGE), client, filter.url(), filter)
                            : those(handle.createQuery(SCORES), filter, client)
                                    .define(
                                            "given",
                                            " CROSS JOIN unnest(scores, score_counts) AS given (score, times)")
                                    .define("by", ", score");
            query.map(
                            (row, _) -> {
                                scores.computeIfAbsent(begins(row), _ -> new ScoreCounts())
                                        .add(row.getInt("score"), row.getLong("times"));
                                return true;
                            })
                    .list();
        }
        return scores;
    }

    /* Only what is restricted is mentioned, so that each has a plan of its own. */
    private static Query those(Query query, TrendFilter filter, String client) {
        var subject = new ArrayList<String>();
        if (filter.host() != null) {
            subject.add("host = :host");
            query.bind("host", filter.host());
        }
        subject.add(filter.rule() == null ? "rule = ''" : "rule IN ('', :rule)");
        return query.define("subject", String.join(" AND ", subject))
                .bind("client", client)
                .bind("bucket", filter.bucket().word())
                .bind("from", filter.from().atStartOfDay().atOffset(ZoneOffset.UTC))
                .bind("to", filter.to().atStartOfDay().atOffset(ZoneOffset.UTC));
    }

    private static Query page(Query query, String client, String url, TrendFilter filter) {
        return query.bind("client", client)
                .bind("url", url)
                .bind("bucket", filter.bucket().word())
                .bind("from", filter.from().atStartOfDay().atOffset(ZoneOffset.UTC))
                .bind("to", filter.to().atStartOfDay().atOffset(ZoneOffset.UTC));
    }

    private static Trend.Counts counts(
            ResultSet row, TrendFilter filter, Map<Instant, ScoreCounts> scores)
            throws SQLException {
        Instant from = begins(row);
        long pages = row.getLong("pages_seen");
        boolean seen = pages > 0;
        ScoreCounts given = scores.get(from);
        return new Trend.Counts(
                from,
                end(filter, LocalDate.ofInstant(from, ZoneOffset.UTC)),
                row.getLong("scans"),
                pages,
                row.getLong("pages_seen_in_part"),
                row.getLong("pages_not_seen"),
                seen && filter.rule() != null ? row.getLong("pages_affected") : null,
                seen ? row.getLong("issues") : null,
                seen ? row.getLong("occurrences") : null,
                seen ? row.getLong("new") : null,
                seen ? row.getLong("fixed") : null,
                seen ? row.getLong("persisting") : null,
                given == null ? null : given.median());
    }

    private static Trend.Counts nothing(Instant from, Instant to) {
        return new Trend.Counts(
                from, to, 0, null, null, null, null, null, null, null, null, null, null);
    }

    private static Instant begins(ResultSet row) throws SQLException {
        return row.getObject("begins", OffsetDateTime.class).toInstant();
    }

    private static Instant end(TrendFilter filter, LocalDate day) {
        return begin(filter.bucket().next(day));
    }

    private static Instant begin(LocalDate day) {
        return day.atStartOfDay().toInstant(ZoneOffset.UTC);
    }
}
