package io.stepfree.gateway.alerts;

import io.stepfree.schemas.ops.Alert;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was last told of one incident.
 *
 * @param silenced whether nobody would be told now of what it was last told for
 */
public record AlertRow(
        String key,
        String state,
        String severity,
        Instant since,
        Instant at,
        String summary,
        String metric,
        String subject,
        String unit,
        double value,
        double threshold,
        long windowSeconds,
        long samples,
        List<String> also,
        Map<String, Long> failuresByType,
        Map<String, Long> failuresByHost,
        Map<String, Long> failuresByClient,
        Map<String, Long> failuresByWorker,
        Map<String, Long> failuresByEngine,
        List<String> requestIds,
        String action,
        boolean silenced) {

    static AlertRow of(Alert alert, boolean silenced) {
        return new AlertRow(
                alert.getKey(),
                alert.getState().name().toLowerCase(Locale.ROOT),
                alert.getSeverity().name().toLowerCase(Locale.ROOT),
                alert.getSince(),
                alert.getAt(),
                alert.getSummary(),
                alert.getMetric(),
                alert.getSubject(),
                alert.getUnit(),
                alert.getValue(),
                alert.getThreshold(),
                alert.getWindowMillis() / 1000,
                alert.getSamples(),
                alert.getAlso(),
                alert.getFailuresByType(),
                alert.getFailuresByHost(),
                alert.getFailuresByClient(),
                alert.getFailuresByWorker(),
                alert.getFailuresByEngine(),
                alert.getSampleRequestIds(),
                alert.getAction(),
                silenced);
    }
}
