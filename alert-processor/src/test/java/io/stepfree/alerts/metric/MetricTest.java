package io.stepfree.alerts.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.metric.AlertNames;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MetricTest {

    @Test
    void whoTakesOrdersAboutAlertsKnowsTheNamesOfAll() {
        assertThat(AlertNames.METRICS)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Metric.values()).map(Metric::label).toList());
        assertThat(AlertNames.METRICS_OF_PARTS)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Metric.values())
                                .filter(Metric::hasParts)
                                .map(Metric::label)
                                .toList());
        assertThat(AlertNames.INCIDENTS)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Metric.values()).map(Metric::incident).distinct().toList());
    }
}
