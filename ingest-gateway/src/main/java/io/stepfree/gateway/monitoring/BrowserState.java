package io.stepfree.gateway.monitoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.gateway.health.ServiceNames;
import io.stepfree.gateway.health.SignalBoard;
import io.stepfree.gateway.health.Status;
import io.stepfree.schemas.ops.ServiceSignal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The workers and their browsers.
 *
 * @param status critical when no worker can take a scan
 * @param slots how many scans they can make at once
 * @param busy how many they make now
 * @param memoryBytes what their browsers take together
 * @param workers each of them; when none was heard lately, the one that was heard last
 * @param asOf when the one was heard that was heard longest ago; absent when none ever was
 * @param stale whether none was heard lately
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record BrowserState(
        Status status,
        long slots,
        long busy,
        long memoryBytes,
        List<Worker> workers,
        @Nullable Instant asOf,
        boolean stale) {

    private static final String ENDS = "stepfree.browser.ends.";

    /**
     * One worker.
     *
     * @param browsersStarted since the worker started
     * @param browsersEnded by what ended them
     */
    record Worker(
            String instance,
            String version,
            int slots,
            int busy,
            long memoryBytes,
            long browsersStarted,
            Map<String, Long> browsersEnded,
            Instant heardAt) {

        static Worker of(ServiceSignal signal) {
            Map<String, Double> gauges = signal.getGauges();
            var ended = new TreeMap<String, Long>();
            gauges.forEach((name, value) -> {
                if (name.startsWith(ENDS)) {
                    ended.put(name.substring(ENDS.length()), value.longValue());
                }
            });
            return new Worker(
                    signal.getInstance(),
                    signal.getVersion(),
                    signal.getSlots(),
                    signal.getInFlight(),
                    gauges.getOrDefault("stepfree.browser.memory", 0.0).longValue(),
                    gauges.getOrDefault("stepfree.browser.starts", 0.0).longValue(),
                    ended,
                    signal.getAt());
        }
    }

    static BrowserState of(SignalBoard signals) {
        List<Worker> workers =
                signals.lastKnown(ServiceNames.WORKER).stream().map(Worker::of).toList();
        boolean stale = signals.heard(ServiceNames.WORKER).isEmpty();
        long slots = workers.stream().mapToLong(Worker::slots).sum();
        return new BrowserState(
                stale || slots == 0 ? Status.CRITICAL : Status.HEALTHY,
                slots,
                workers.stream().mapToLong(Worker::busy).sum(),
                workers.stream().mapToLong(Worker::memoryBytes).sum(),
                workers,
                workers.stream().map(Worker::heardAt).min(Comparator.naturalOrder()).orElse(null),
                stale);
    }
}
