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

    @Test
    void oneIsToldInTheSingularAndAllElseInThePlural() {
        assertThat(Metric.REGRESSIONS.phrase(1, "shop.example"))
                .isEqualTo(
                        "1 serious or critical violation on shop.example was new and had not been fixed");
        assertThat(Metric.REGRESSIONS.phrase(0, "{a|b}"))
                .isEqualTo(
                        "0 serious or critical violations on {a|b} were new and had not been fixed");
        assertThat(Metric.QUEUE_DEPTH.phrase(1, "")).isEqualTo("1 scan waited for a worker");
        assertThat(Metric.QUEUE_DEPTH.phrase(1_001, ""))
                .isEqualTo("1,001 scans waited for a worker");
        assertThat(Metric.BROWSER_CRASHES.phrase(1, ""))
                .isEqualTo("1 browser died, hung or failed its health check");
        for (Metric metric : Metric.values()) {
            assertThat(metric.phrase(1, "") + metric.phrase(2, "")).doesNotContain("{", "|", "}");
        }
    }

    @Test
    void whatToDoNamesThePartThatWasMeasured() {
        assertThat(Metric.REGRESSIONS.action("shop.example"))
                .startsWith("List them: 'GET /api/findings?state=new&host=shop.example';");
        assertThat(Metric.REGRESSIONS.action("further hosts"))
                .startsWith("List them: 'GET /api/findings?state=new';");
        assertThat(Metric.FAILURES_OF_TYPE.action("timeout"))
                .isEqualTo("List them: './stepfree dead-letters list --type timeout'.");
        assertThat(Metric.DEAD_LETTERS_OF_PATTERN.action("0f3a$1"))
                .startsWith("List them: './stepfree dead-letters list --pattern 0f3a$1';");
        for (Metric metric : Metric.values()) {
            assertThat(metric.action("a")).doesNotContain("HOST", "TYPE", "PATTERN");
        }
    }
}
