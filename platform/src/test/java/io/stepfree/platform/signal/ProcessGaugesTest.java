package io.stepfree.platform.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.kafka.TopicListeners;
import org.junit.jupiter.api.Test;

class ProcessGaugesTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ProcessGauges process = new ProcessGauges(meters);

    @Test
    void everyServiceTellsHowFullItsHeapIsAndNothingThatItDoesNotHave() {
        var gauges = process.gauges();

        assertThat(gauges).containsOnlyKeys("jvm.memory.used", "jvm.memory.max");
        assertThat(gauges.get("jvm.memory.used")).isPositive();
        assertThat(gauges.get("jvm.memory.max")).isPositive();
    }

    @Test
    void poolsAndFailuresAreAddedUp() {
        Gauge.builder("hikaricp.connections.active", () -> 3).tag("pool", "a").register(meters);
        Gauge.builder("hikaricp.connections.active", () -> 4).tag("pool", "b").register(meters);
        Gauge.builder("hikaricp.connections.max", () -> 10).tag("pool", "a").register(meters);
        meters.counter(TopicListeners.FAILURES, "group", "one").increment(2);
        meters.counter(TopicListeners.FAILURES, "group", "other").increment();

        assertThat(process.gauges())
                .containsEntry("hikaricp.connections.active", 7.0)
                .containsEntry("hikaricp.connections.max", 10.0)
                .containsEntry("stepfree.listener.failures", 3.0);
    }
}
