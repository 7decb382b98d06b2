package io.stepfree.standalone.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the whole stands, as the gateway tells it.
 *
 * @param status healthy, degraded or critical
 * @param at when it was put together
 * @param health the parts
 * @param queue the scans on their way
 * @param browser the workers
 * @param safety what keeps harm away
 * @param alerts the incidents that have not ended, the most urgent first
 * @param silences what nobody is told of for now; absent from older gateways
 * @param reliability how the scans of a week ended; absent when that was never read
 */
public record DashboardView(
        String status,
        Instant at,
        Health health,
        Queue queue,
        Browser browser,
        Safety safety,
        List<AlertsView.AlertView> alerts,
        @Nullable List<AlertsView.Silence> silences,
        @Nullable Reliability reliability) {

    /** The parts. */
    public record Health(List<Component> components) {}

    /** One part. */
    public record Component(String name, String status, String detail) {}

    /** The scans on their way. */
    public record Queue(
            String status,
            List<String> reasons,
            long waiting,
            long active,
            long delayed,
            long completed,
            long failed,
            long capacity,
            long busy,
            @Nullable Double oldestSeconds,
            boolean stale) {}

    /** The workers. */
    public record Browser(String status, long slots, long busy, long memoryBytes) {}

    /** What keeps harm away. */
    public record Safety(String status, List<Component> guards) {}

    /** How the scans of a week ended. */
    public record Reliability(
            int days,
            long total,
            long completed,
            long failed,
            @Nullable Double successRate,
            @Nullable Double averageScore,
            Map<String, Long> failureReasons,
            Instant asOf,
            boolean stale) {}
}
