package io.stepfree.alerts;

import io.stepfree.alerts.channel.Links;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An alert with something in every field, as 5 of 10 attempts failed. */
public final class SampleAlert {

    public static final Links LINKS =
            new Links(
                    Optional.of(URI.create("https://git.example/docs/alerts.md")),
                    Optional.of(URI.create("https://grafana.example/d/stepfree?var=1&kiosk")));

    private SampleAlert() {}

    public static Alert of(AlertState state, Severity severity, String summary) {
        return Alert.newBuilder()
                .setKey("scans-failing")
                .setState(state)
                .setSeverity(severity)
                .setAt(Instant.parse("2026-11-22T09:01:00Z"))
                .setSince(Instant.parse("2026-11-22T09:00:00Z"))
                .setSummary(summary)
                .setValue(0.5)
                .setThreshold(0.25)
                .setWindowMillis(60_000)
                .setSamples(10)
                .setFailuresByType(Map.of("dns", 1L, "timeout", 4L))
                .setSampleRequestIds(List.of("req-1", "req-2"))
                .setMetric("host-error-rate")
                .setSubject("shop.example")
                .setUnit("share")
                .setAlso(List.of("dead-letter-rate", "failures-of-type/timeout"))
                .setFailuresByHost(Map.of("shop.example", 5L))
                .setFailuresByClient(Map.of("ada", 5L))
                .setFailuresByWorker(Map.of("worker-1", 5L))
                .setFailuresByEngine(Map.of("axe-core 4.14.1", 5L))
                .setAction("Open a page.")
                .build();
    }
}
