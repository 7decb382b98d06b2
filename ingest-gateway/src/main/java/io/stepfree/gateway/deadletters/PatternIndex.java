package io.stepfree.gateway.deadletters;

import io.stepfree.schemas.ops.DeadLetterFilter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Tells what dead letters have in common, and how many there are of which kind. Read-only,
 * thread-safe; throws JdbiException when the database does not answer.
 */
public final class PatternIndex {

    private static final int TOP_CONCERNED = 5;
    private static final int TOP_HOSTS = 10;

    private static final String PATTERNS =
            """
            SELECT <key> AS cluster, pattern_id, failure_type, http_status<further>, min(pattern) AS pattern,
                   count(*) AS letters,
                   count(*) FILTER (WHERE state = 'dead') AS dead,
                   min(died_at) AS first_seen, max(died_at) AS last_seen,
                   count(*) FILTER (WHERE died_at >= now() - interval '1 h') AS last_hour,
                   count(*) FILTER (WHERE died_at >= now() - interval '2 h'
                                      AND died_at < now() - interval '1 h') AS hour_before,
                   min(died_at) >= now() - interval '1 h' AS is_new,
                   (array_agg(scan_id ORDER BY died_at DESC, scan_id DESC))[1] AS example
              FROM dead_letters.dead_letter_view
             WHERE pattern_id IS NOT NULL AND <chosen>
             GROUP BY pattern_id, failure_type, http_status<further>
             ORDER BY letters DESC, cluster
             LIMIT :limit
            """;

    private static final String EXAMPLES =
            """
            SELECT DISTINCT ON (scan_id) scan_id, url, message
              FROM dead_letters.dead_letter_view
             WHERE scan_id = ANY (:scans)
             ORDER BY scan_id, replays DESC
            """;

    private static final String CONCERNED =
            """
            SELECT cluster, name, letters, distinct_names
              FROM (SELECT <key> AS cluster, <column> AS name, count(*) AS letters,
                           row_number() OVER (PARTITION BY <key> ORDER BY count(*) DESC, <column>) AS place,
                           count(*) OVER (PARTITION BY <key>) AS distinct_names
                      FROM dead_letters.dead_letter_view
                     WHERE pattern_id = ANY (:patterns) AND <key> = ANY (:clusters)
                       AND <column> IS NOT NULL AND <chosen>
                     GROUP BY <key>, <column>) counted
             WHERE place BETWEEN 1 AND :top
             ORDER BY cluster, place
            """;

    private static final String TOTALS =
            """
            SELECT count(*) AS total,
                   count(*) FILTER (WHERE state = 'dead') AS dead,
                   count(*) FILTER (WHERE state = 'replayed') AS replayed,
                   count(*) FILTER (WHERE state = 'quarantined') AS quarantined,
                   count(*) FILTER (WHERE state = 'discarded') AS discarded,
                   count(*) FILTER (WHERE died_at >= now() - interval '1 h') AS last_hour,
                   count(*) FILTER (WHERE died_at >= now() - interval '1 d') AS last_day,
                   count(DISTINCT pattern_id) AS patterns,
                   min(died_at) AS oldest, max(died_at) AS newest,
                   (SELECT count(*) FROM dead_letters.unreadable_view) AS unreadable
              FROM dead_letters.dead_letter_view
            """;

    private static final String BY =
            """
            SELECT <column> AS name, count(*) AS letters
              FROM dead_letters.dead_letter_view
             GROUP BY <column>
             ORDER BY letters DESC, name
             LIMIT :limit
            """;

    private record Example(String url, String message) {}

    private final Jdbi jdbi;

    public PatternIndex(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * The patterns with the most dead letters among those that the filter chooses.
     *
     * @param by what they are told apart by beside what was died of
     */
    List<PatternRow> patterns(DeadLetterFilter filter, Breakdown by, int limit) {
        var selection = new Selection(filter);
        return jdbi.withHandle(handle -> {
            List<Cluster> clusters =
                    selection
                            .into(handle.createQuery(PATTERNS))
                            .define("key", by.key())
                            .define("further", by.further())
                            .bind("limit", limit)
                            .map((row, _) -> cluster(row, by))
                            .list();
            var concerned = new ConcernedQuery(handle, selection, by, clusters);
            Map<String, PatternRow.Concerned> hosts = concerned.by("host");
            Map<String, PatternRow.Concerned> clients = concerned.by("client");
            Map<String, PatternRow.Concerned> engines = concerned.by("engine");
            Map<String, Example> examples =
                    examples(
                            handle, clusters.stream().map(Cluster::example).toArray(String[]::new));
            var nobody = new PatternRow.Concerned(0, List.of());
            var gone = new Example("", "");
            return clusters.stream()
                    .map(cluster ->
                            cluster.row(
                                    hosts.getOrDefault(cluster.key(), nobody),
                                    clients.getOrDefault(cluster.key(), nobody),
                                    engines.getOrDefault(cluster.key(), nobody),
                                    examples.getOrDefault(cluster.example(), gone)))
                    .toList();
        });
    }

    /** How many there are of which kind. */
    DeadLetterStats stats() {
        return jdbi.withHandle(handle -> {
            Map<String, Long> types = counts(handle, "failure_type", Integer.MAX_VALUE);
            List<PatternRow.Share> hosts =
                    counts(handle, "host", TOP_HOSTS).entrySet().stream()
                            .map(host -> new PatternRow.Share(host.getKey(), host.getValue()))
                            .toList();
            return handle.createQuery(TOTALS).map((row, _) -> stats(row, types, hosts)).one();
        });
    }

    private static DeadLetterStats stats(
            ResultSet row, Map<String, Long> types, List<PatternRow.Share> hosts)
            throws SQLException {
        return new DeadLetterStats(
                row.getLong("total"),
                new DeadLetterStats.States(
                        row.getLong("dead"),
                        row.getLong("replayed"),
                        row.getLong("quarantined"),
                        row.getLong("discarded")),
                types,
                hosts,
                row.getLong("patterns"),
                row.getLong("last_hour"),
                row.getLong("last_day"),
                DeadLetterIndex.instantOrNull(row, "oldest"),
                DeadLetterIndex.instantOrNull(row, "newest"),
                row.getLong("unreadable"));
    }

    private static Map<String, Long> counts(Handle handle, String column, int limit) {
        var counts = new LinkedHashMap<String, Long>();
        handle.createQuery(BY)
                .define("column", column)
                .bind("limit", limit)
                .map((row, _) -> Map.entry(row.getString("name"), row.getLong("letters")))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }

    /** Asks who is concerned by each of some clusters. */
    private record ConcernedQuery(
            Handle handle, Selection selection, Breakdown breakdown, List<Cluster> clusters) {

        Map<String, PatternRow.Concerned> by(String column) {
            var shares = new HashMap<String, List<PatternRow.Share>>();
            var distinct = new HashMap<String, Integer>();
            selection
                    .into(handle.createQuery(CONCERNED))
                    .define("key", breakdown.key())
                    .define("column", column)
                    .bind("patterns", texts(Cluster::id))
                    .bind("clusters", texts(Cluster::key))
                    .bind("top", TOP_CONCERNED)
                    .map((row, _) -> {
                        String cluster = row.getString("cluster");
                        distinct.put(cluster, row.getInt("distinct_names"));
                        return Map.entry(
                                cluster,
                                new PatternRow.Share(
                                        row.getString("name"), row.getLong("letters")));
                    })
                    .forEach(entry ->
                            shares.computeIfAbsent(entry.getKey(), _ -> new ArrayList<>())
                                    .add(entry.getValue()));
            var concerned = new HashMap<String, PatternRow.Concerned>();
            shares.forEach((cluster, top) ->
                    concerned.put(
                            cluster,
                            new PatternRow.Concerned(
                                    distinct.getOrDefault(cluster, top.size()), List.copyOf(top))));
            return concerned;
        }

        private String[] texts(Function<Cluster, String> of) {
            return clusters.stream().map(of).distinct().toArray(String[]::new);
        }
    }

    private static Map<String, Example> examples(Handle handle, String[] scans) {
        var examples = new HashMap<String, Example>();
        handle.createQuery(EXAMPLES)
                .bind("scans", scans)
                .map((row, _) ->
                        Map.entry(
                                row.getString("scan_id"),
                                new Example(row.getString("url"), row.getString("message"))))
                .forEach(entry -> examples.put(entry.getKey(), entry.getValue()));
        return examples;
    }

    private static Cluster cluster(ResultSet row, Breakdown by) throws SQLException {
        var parts = new LinkedHashMap<String, String>();
        for (String column : by.columns()) {
            @Nullable String value = row.getString(column);
            parts.put(column, value == null ? "" : value);
        }
        return new Cluster(
                row.getString("cluster"),
                row.getString("pattern_id"),
                parts.isEmpty() ? null : parts,
                row.getString("failure_type"),
                row.getObject("http_status", Integer.class),
                row.getString("pattern"),
                row.getLong("letters"),
                row.getLong("dead"),
                DeadLetterIndex.instant(row, "first_seen"),
                DeadLetterIndex.instant(row, "last_seen"),
                PatternRow.Trend.of(
                        row.getLong("last_hour"),
                        row.getLong("hour_before"),
                        row.getBoolean("is_new")),
                row.getString("example"));
    }

    /** A pattern before it is known who is concerned. */
    private record Cluster(
            String key,
            String id,
            @Nullable Map<String, String> by,
            String failureType,
            @Nullable Integer httpStatus,
            String pattern,
            long count,
            long dead,
            Instant firstSeen,
            Instant lastSeen,
            PatternRow.Trend trend,
            String example) {

        PatternRow row(
                PatternRow.Concerned hosts,
                PatternRow.Concerned clients,
                PatternRow.Concerned engines,
                Example shown) {
            return new PatternRow(
                    id,
                    by,
                    failureType,
                    httpStatus,
                    pattern,
                    count,
                    dead,
                    firstSeen,
                    lastSeen,
                    trend,
                    hosts,
                    clients,
                    engines,
                    new PatternRow.Example(example, shown.url(), shown.message()),
                    Advice.on(failureType, httpStatus));
        }
    }
}
