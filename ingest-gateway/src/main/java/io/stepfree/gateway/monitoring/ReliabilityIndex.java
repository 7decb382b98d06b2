package io.stepfree.gateway.monitoring;

import io.stepfree.gateway.deadletters.Advice;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Reads how scans ended from the views that report-builder shows. Read-only, thread-safe; throws
 * JdbiException when the database does not answer.
 */
public final class ReliabilityIndex {

    private static final String BY_STATUS =
            """
            SELECT status, count(*) AS scans
              FROM reports.scan_status_view
             WHERE submitted_at >= :since
             GROUP BY status
            """;

    private static final String BY_REASON =
            """
            SELECT failure ->> 'type' AS reason, count(*) AS scans
              FROM reports.scan_status_view
             WHERE submitted_at >= :since AND status = 'dead_lettered' AND failure ->> 'type' IS NOT NULL
             GROUP BY 1
             ORDER BY 2 DESC, 1
            """;

    private static final String SCORE =
            """
            SELECT avg((document ->> 'score')::numeric)::float8
              FROM reports.report_view
             WHERE published_at >= :since AND document ->> 'score' IS NOT NULL
            """;

    private static final String OF_CLIENT =
            """
            SELECT count(*) AS all_scans,
                   count(*) FILTER (WHERE submitted_at >= :since) AS lately,
                   count(*) FILTER (WHERE status IN ('accepted', 'dispatched', 'retrying')) AS open
              FROM reports.scan_status_view
             WHERE client = :client AND relook_of IS NULL
            """;

    private static final int MOST_RECOMMENDATIONS = 5;

    private final Jdbi jdbi;
    private final InstantSource clock;

    /** How many scans a client has submitted. */
    record ClientUse(long all, long lately, long open) {}

    public ReliabilityIndex(Jdbi jdbi, InstantSource clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** How the scans ended that were submitted within so many days. */
    Reliability reliability(int days) {
        OffsetDateTime since = now().minusDays(days);
        return jdbi.withHandle(handle -> {
            var byStatus = new LinkedHashMap<String, Long>();
            handle.createQuery(BY_STATUS)
                    .bind("since", since)
                    .map((row, _) -> Map.entry(row.getString("status"), row.getLong("scans")))
                    .forEach(entry -> byStatus.put(entry.getKey(), entry.getValue()));
            var reasons = new LinkedHashMap<String, Long>();
            handle.createQuery(BY_REASON)
                    .bind("since", since)
                    .map((row, _) -> Map.entry(row.getString("reason"), row.getLong("scans")))
                    .forEach(entry -> reasons.put(entry.getKey(), entry.getValue()));
            Optional<Double> score =
                    handle.createQuery(SCORE)
                            .bind("since", since)
                            .map((row, _) -> Optional.ofNullable(row.getObject(1, Double.class)))
                            .one();
            return of(days, byStatus, reasons, score.orElse(null));
        });
    }

    /** How many scans a client has submitted, and how many within an hour; without second looks. */
    ClientUse use(String client) {
        return jdbi.withHandle(handle ->
                handle.createQuery(OF_CLIENT)
                        .bind("client", client)
                        .bind("since", now().minusHours(1))
                        .map((row, _) ->
                                new ClientUse(
                                        row.getLong("all_scans"),
                                        row.getLong("lately"),
                                        row.getLong("open")))
                        .one());
    }

    static Reliability of(
            int days,
            Map<String, Long> byStatus,
            Map<String, Long> reasons,
            @Nullable Double score) {
        long completed = byStatus.getOrDefault("completed", 0L);
        long failed = byStatus.getOrDefault("dead_lettered", 0L);
        long cancelled = byStatus.getOrDefault("cancelled", 0L);
        long total = byStatus.values().stream().mapToLong(Long::longValue).sum();
        return new Reliability(
                days,
                total,
                completed,
                failed,
                cancelled,
                total - completed - failed - cancelled,
                completed + failed == 0
                        ? null
                        : rounded((double) completed / (completed + failed), 10_000),
                score == null ? null : rounded(score, 10),
                reasons,
                recommendations(reasons));
    }

    private static List<Reliability.Recommendation> recommendations(Map<String, Long> reasons) {
        long all = reasons.values().stream().mapToLong(Long::longValue).sum();
        var recommendations = new ArrayList<Reliability.Recommendation>();
        reasons.entrySet().stream()
                .limit(MOST_RECOMMENDATIONS)
                .forEach(reason ->
                        recommendations.add(
                                new Reliability.Recommendation(
                                        reason.getKey(),
                                        reason.getValue(),
                                        rounded((double) reason.getValue() / all, 10_000),
                                        Advice.on(reason.getKey(), null).text())));
        return recommendations;
    }

    private static double rounded(double exact, int steps) {
        return (double) Math.round(exact * steps) / steps;
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}
