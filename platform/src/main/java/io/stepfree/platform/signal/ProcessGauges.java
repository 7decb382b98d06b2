package io.stepfree.platform.signal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.kafka.TopicListeners;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What every service tells about itself, whatever it does. Thread-safe. */
final class ProcessGauges {

    private final MeterRegistry meters;

    ProcessGauges(MeterRegistry meters) {
        this.meters = meters;
    }

    /** By meter name; what this service does not have is absent. */
    Map<String, Double> gauges() {
        var gauges = new HashMap<String, Double>();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        gauges.put("jvm.memory.used", (double) heap.getUsed());
        gauges.put("jvm.memory.max", (double) heap.getMax());
        put(
                gauges,
                "hikaricp.connections.active",
                meters.find("hikaricp.connections.active").gauges(),
                Gauge::value);
        put(
                gauges,
                "hikaricp.connections.max",
                meters.find("hikaricp.connections.max").gauges(),
                Gauge::value);
        put(
                gauges,
                TopicListeners.FAILURES,
                meters.find(TopicListeners.FAILURES).counters(),
                Counter::count);
        return gauges;
    }

    private static <M extends Meter> void put(
            Map<String, Double> gauges,
            String name,
            Collection<M> found,
            ToDoubleFunction<M> value) {
        if (!found.isEmpty()) {
            gauges.put(name, found.stream().mapToDouble(value).sum());
        }
    }
}
