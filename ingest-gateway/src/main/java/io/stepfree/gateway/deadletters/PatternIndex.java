package io.stepfree.gateway.deadletters;

import static java.util.Objects.requireNonNull;

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
                   (array_agg(scan_id ORDER BY died_at DESC, scan_id DESC, replays DESC))[1] AS example,
                   (array_agg(replays ORDER BY died_at DESC, scan_id DESC, replays DESC))[1] AS example_replays
              FROM dead_letters.dead_letter_view
             WHERE pattern_id IS NOT NULL AND <chosen>
             GROUP BY pattern_id, failure_type, http_status<further>
             ORDER BY letters DESC, cluster
             LIMIT :limit
            """;

    /**
     * How a pattern comes and goes, which must not depend on the time or state that is asked for.
     */
    private static final String COURSES =
            """
            SELECT <key> AS cluster, min(died_at) AS first_seen, max(died_at) AS last_seen,
                   count(*) FILTER (WHERE died_at >= now() - interval '1 h') AS last_hour,
                   count(*) FILTER (WHERE died_at >= now() - interval '2 h'
                                      AND died_at < now() - interval '1 h') AS hour_before,
                   min(died_at) >= now() - interval '1 h' AS is_new
              FROM dead_letters.dead_letter_view
             WHERE pattern_id = ANY (:patterns) AND <key> = ANY (:clusters) AND <chosen>
             GROUP BY <key>
            """;

    private static final String EXAMPLES =
            """
            SELECT scan_id, replays, url, message
              FROM dead_letters.dead_letter_view
             WHERE (scan_id, replays) IN (SELECT * FROM unnest(:scans, :lives))
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
                   (SELECT count(*) FROM dead_letters.dead_letter_view AS letter
                     WHERE EXISTS (SELECT FROM reports.scan_status_view AS scan
                                    WHERE scan.scan_id = letter.scan_id AND scan.relook_of IS NOT NULL)) AS second_looks,
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

    /** One life of a scan. */
    private record Life(String scanId, int replays) {}

    /** How a pattern came and goes. */
    private record Course(Instant firstSeen, Instant lastSeen, PatternRow.Trend trend) {}

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
            var courses =
                    new ConcernedQuery(handle, new Selection(everBefore(filter)), by, clusters)
                            .courses();
            Map<Life, PatternRow.Example> examples = examples(handle, clusters);
            var nobody = new PatternRow.Concerned(0, List.of());
            return clusters.stream()
                    // Neither is missing unless it was deleted between the queries.
                    .filter(cluster ->
                            courses.containsKey(cluster.key())
                                    && examples.containsKey(cluster.example()))
                    .map(cluster ->
                            cluster.row(
                                    requireNonNull(courses.get(cluster.key())),
                                    hosts.getOrDefault(cluster.key(), nobody),
                                    clients.getOrDefault(cluster.key(), nobody),
                                    engines.getOrDefault(cluster.key(), nobody),
                                    requireNonNull(examples.get(cluster.example()))))
                    .toList();
        });
    }

    /** The same without the time and the state that it is restricted to. */
    private static DeadLetterFilter everBefore(DeadLetterFilter filter) {
        return DeadLetterFilter.newBuilder(filter)
                .setState(null)
                .setDiedFrom(null)
                .setDiedBefore(null)
                .build();
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
                row.getLong("second_looks"),
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

        Map<String, Course> courses() {
            var courses = new HashMap<String, Course>();
            selection
                    .into(handle.createQuery(COURSES))
                    .define("key", breakdown.key())
                    .bind("patterns", texts(Cluster::id))
                    .bind("clusters", texts(Cluster::key))
                    .map((row, _) -> Map.entry(row.getString("cluster"), course(row)))
                    .forEach(entry -> courses.put(entry.getKey(), entry.getValue()));
            return courses;
        }

        private String[] texts(Function<Cluster, String> of) {
            return clusters.stream().map(of).distinct().toArray(String[]::new);
        }
    }

    private static Map<Life, PatternRow.Example> examples(Handle handle, List<Cluster> clusters) {
        var examples = new HashMap<Life, PatternRow.Example>();
        handle.createQuery(EXAMPLES)
                .bind(
                        "scans",
                        clusters.stream()
                                .map(cluster -> cluster.example().scanId())
                                .toArray(String[]::new))
                .bind(
                        "lives",
                        clusters.stream()
                                .map(cluster -> cluster.example().replays())
                                .toArray(Integer[]::new))
                .map((row, _) ->
                        Map.entry(
                                new Life(row.getString("scan_id"), row.getInt("replays")),
                                new PatternRow.Example(
                                        row.getString("scan_id"),
                                        row.getString("url"),
                                        row.getString("message"))))
                .forEach(entry -> examples.put(entry.getKey(), entry.getValue()));
        return examples;
    }

    private static Course course(ResultSet row) throws SQLException {
        return new Course(
                DeadLetterIndex.instant(row, "first_seen"),
                DeadLetterIndex.instant(row, "last_seen"),
                PatternRow.Trend.of(
                        row.getLong("last_hour"),
                        row.getLong("hour_before"),
                        row.getBoolean("is_new")));
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
                new Life(row.getString("example"), row.getInt("example_replays")));
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
            Life example) {

        PatternRow row(
                Course course,
                PatternRow.Concerned hosts,
                PatternRow.Concerned clients,
                PatternRow.Concerned engines,
                PatternRow.Example shown) {
            return new PatternRow(
                    id,
                    by,
                    failureType,
                    httpStatus,
                    pattern,
                    count,
                    dead,
                    course.firstSeen(),
                    course.lastSeen(),
                    course.trend(),
                    hosts,
                    clients,
                    engines,
                    shown,
                    Advice.on(failureType, httpStatus));
        }
    }
}
