package io.stepfree.platform.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class OwnMeterTest {

    private final MeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void noNameIsDeclaredTwiceAndAllAreOurs() {
        assertThat(OwnMeter.values())
                .extracting(OwnMeter::meterName)
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(name).matches("stepfree(\\.[a-z]+)+"));
        assertThat(OwnMeter.values()).extracting(OwnMeter::prometheusName).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsToldForPeopleIsTold(OwnMeter meter) {
        assertThat(meter.description()).isNotBlank().doesNotEndWith(".");
        assertThat(meter.alert()).endsWith(".");
    }

    @ParameterizedTest
    @EnumSource
    void itIsWhatTheCatalogueSaysAndNothingElse(OwnMeter meter) {
        String[] tags = sampleTags(meter);
        switch (meter.kind()) {
            case COUNTER -> {
                meter.counter(meters, tags).increment();
                assertThatThrownBy(() -> meter.timer(meters, tags))
                        .hasMessageContaining("COUNTER in the catalogue, not a TIMER");
            }
            case GAUGE -> {
                meter.gauge(meters, meters, _ -> 1, tags);
                assertThatThrownBy(() -> meter.counter(meters, tags))
                        .hasMessageContaining("GAUGE in the catalogue, not a COUNTER");
            }
            case TIMER -> {
                meter.timer(meters, tags).record(Duration.ofSeconds(1));
                assertThatThrownBy(() -> meter.gauge(meters, meters, _ -> 1, tags))
                        .hasMessageContaining("TIMER in the catalogue, not a GAUGE");
            }
        }

        var id = meters.get(meter.meterName()).meter().getId();
        assertThat(id.getDescription()).isEqualTo(meter.description());
        assertThat(id.getTags()).extracting(tag -> tag.getKey()).hasSameElementsAs(meter.tags());
    }

    @Test
    void otherTagsAreRefused() {
        assertThatThrownBy(() -> OwnMeter.BREAKER_TRIPS.counter(meters))
                .hasMessage(
                        "stepfree.breaker.trips has the tags [breaker] in the catalogue, not []");
        assertThatThrownBy(() -> OwnMeter.SCAN_OVERDUE.counter(meters, "host", "shop.example"))
                .hasMessage("stepfree.scan.overdue has the tags [] in the catalogue, not [host]");
        assertThatThrownBy(() -> OwnMeter.KAFKA_LAG.row(1, "topic", "scan.jobs"))
                .hasMessage(
                        "stepfree.kafka.lag has the tags [group] in the catalogue, not [topic]");
    }

    @ParameterizedTest
    @EnumSource
    void prometheusGetsTheNameThatIsForetold(OwnMeter meter) {
        var prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        String[] tags = sampleTags(meter);
        switch (meter.kind()) {
            case COUNTER -> meter.counter(prometheus, tags).increment();
            case GAUGE -> meter.gauge(prometheus, meters, _ -> 1, tags);
            case TIMER -> meter.timer(prometheus, tags).record(Duration.ofSeconds(1));
        }

        assertThat(prometheus.scrape().lines().filter(line -> line.startsWith("# TYPE ")))
                .first()
                .asString()
                .startsWith("# TYPE %s ".formatted(meter.prometheusName()));
    }

    @ParameterizedTest
    @EnumSource
    void anEquationIsZeroWhereItHolds(Equation equation) {
        assertThat(equation.gap(_ -> 0)).isZero();
        assertThat(equation.text()).contains(" = ");
        assertThat(equation.query()).startsWith("sum(stepfree_").endsWith(")");
    }

    @Test
    void aLostBrowserShowsAsAGap() {
        assertThat(
                        Equation.BROWSERS_END_OR_RUN.gap(
                                term -> term.meter() == OwnMeter.BROWSER_STARTS ? 3 : 1))
                .isEqualTo(1);
    }

    private static String[] sampleTags(OwnMeter meter) {
        return meter.tags().stream().flatMap(tag -> Stream.of(tag, "one")).toArray(String[]::new);
    }

    @Test
    void bucketsGrow() {
        assertThat(Arrays.stream(OwnMeter.values()).map(OwnMeter::buckets))
                .allSatisfy(buckets -> assertThat(buckets).isSorted());
    }
}
